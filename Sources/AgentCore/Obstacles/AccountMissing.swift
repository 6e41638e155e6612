/// Nobody has the name that is asked for; or somebody whom the agent must leave alone.
package struct AccountMissing: Obstacle {
    package let id = "account-missing"
    package let layer = Layer.account

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        let defaults = try facts.accountDefaults()
        switch try facts.account(user) {
        case .local(let account):
            guard defaults.isSystem(account.entry.uid) else { return .clear }
            if asked.isDiagnosis {
                let words = "\(user.text) is a system account (uid \(account.entry.uid)), which this agent changes nothing of"
                return .found(Finding(self, words, weight: .note, mandate: .nobody))
            }
            return .refused(.systemUser(user, uid: account.entry.uid, defaults: defaults))
        case .foreign:
            if asked.isDiagnosis {
                let words = "\(user.text) is not in /etc/passwd but comes from a directory service, of which nothing is judged here"
                return .found(Finding(self, words, weight: .note, mandate: .nobody, remedy: "see to it there"))
            }
            return .refused(
                Refusal(
                    reason: "foreign-account",
                    message: "the user \(user.text) is not in /etc/passwd but comes from a directory service: "
                        + "change it there, or name a local user"))
        case .unreadable(let why):
            if asked.isDiagnosis { return .unknown(why) }
            // Nothing may be granted to somebody of whom not even the uid is known.
            return .refused(
                Refusal(
                    reason: "account-files",
                    message: "it cannot be told who \(user.text) is: \(why); nothing was changed; mend /etc/passwd, /etc/shadow "
                        + "and /etc/group first"))
        case .absent(let groupExists):
            if asked.isDiagnosis {
                // Nobody is made for what may be a slip of the pen.
                return .found(
                    Finding(
                        self, "there is no account \(user.text)", mandate: .user,
                        remedy: "send this username with \"ssh_key\" or \"password\""))
            }
            if asked.wanted?.hasCredential == false {
                return .refused(
                    Refusal(
                        reason: "missing-credential",
                        message: "there is no account \(user.text), and \"username\" alone would make one that nobody can log in to: "
                            + "send \"ssh_key\" or \"password\" with it"))
            }
            // A group of that name may be there already; useradd makes one only if not.
            var arguments = ["--create-home", "--shell", try LoginShell.standard(facts).escaped()]
            if groupExists { arguments += ["--gid", user.text] }
            if let expiration = asked.wanted?.expiration { arguments += ["--expiredate", expiration.text] }
            let create = ToolCall(.useradd, arguments + ["--", user.text])
            // Its home goes with it: it was not there before, and nobody has logged in yet.
            let remove = ToolCall(.userdel, ["--remove", "--force", "--", user.text])
            let step = Step(.account, "create the account \(user.text)", .tool(create, undo: remove))
            var steps = [step]
            // A home that somebody of that name left behind would hand on what they left in it: files, and keys that still open it.
            let home = ForeignText(defaults.homeBase.bytes + [UInt8(ascii: "/")] + user.bytes)
            if case .present = try facts.status(String(decoding: home.bytes, as: UTF8.self)) {
                let aside = HomeChange(user: user, home: home, .setAside)
                steps.insert(
                    Step(.account, "move \(home.escaped()), left by an earlier user of that name, out of the way", .home(aside)), at: 0)
            }
            return .found(Finding(self, "there is no account \(user.text)", mandate: .user, steps: steps))
        }
    }
}

extension Refusal {
    static func systemUser(_ user: UserName, uid: UInt32, defaults: AccountDefaults) -> Refusal {
        Refusal(
            reason: "system-user",
            message: "the user \(user.text) has the uid \(uid) and is a system account: this agent changes only people's accounts "
                + "(uid \(defaults.uidMinimum) and up); name another user")
    }
}
