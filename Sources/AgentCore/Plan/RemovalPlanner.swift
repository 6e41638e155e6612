/// What it takes to remove a user, so that a later one of that name or number inherits nothing.
///
/// What can be undone comes first: the account is closed, its grants and keys go. Then, marked, what cannot: sessions, at jobs, mail, the
/// home, and last the account itself, so that a removal that was cut short is found again and finished by the same request.
package enum RemovalPlanner {
    /// - Throws: `Unanswered`; or the `Refusal` of a removal that must not be: then nothing is to be changed.
    package static func plan(_ user: UserName, _ facts: Facts) throws -> Plan {
        let account = try accountToRemove(user, facts)
        if account != nil { try refuseLastAdministrator(user, facts) }
        var steps: [Step] = []
        var notes: [(topic: Topic, text: String)] = []
        if account != nil, case .found(let locks) = try AccountFilesLocked().judge(facts, Case(diagnosing: user)) {
            steps += locks.steps
        }
        if let account { steps += close(user, account) }
        let (taken, told) = try grants(user, account, facts)
        steps += taken
        notes += told
        steps += try exceptions(user, facts)
        steps += try filesOfTheName(user, account, facts)
        if let account {
            let (lasting, told) = try lastingSteps(user, account, facts)
            steps += lasting
            notes += told
        } else {
            steps += try mail(user, facts)
            notes.append((.account, "there is no account \(user.text)"))
        }
        return Plan(steps: steps, blocked: [], unknown: [], notes: notes)
    }

    /// nil where there is none.
    private static func accountToRemove(_ user: UserName, _ facts: Facts) throws -> Account? {
        switch try facts.account(user) {
        case .absent: return nil
        case .unreadable(let why): throw Refusal(reason: "accounts-unreadable", message: "the accounts cannot be read: \(why)")
        case .foreign:
            throw Refusal(
                reason: "foreign-account",
                message: "the user \(user.text) is not in /etc/passwd but comes from a directory service: remove it there")
        case .local(let account):
            let defaults = try facts.accountDefaults()
            if defaults.isSystem(account.entry.uid) { throw Refusal.systemUser(user, uid: account.entry.uid, defaults: defaults) }
            return account
        }
    }

    private static func refuseLastAdministrator(_ user: UserName, _ facts: Facts) throws {
        guard case .known(let grants) = try facts.sudo(user), grants.isEverything else { return }
        switch try facts.otherAdministrator(user) {
        case .known(.some): return
        case .known(.none):
            throw Refusal(
                reason: "last-administrator",
                message: "\(user.text) is the last user who can log in here and become root: first send the \"username\" and a credential "
                    + "of another one")
        case .unknown(let why):
            throw Refusal(
                reason: "last-administrator", message: "whether anybody but \(user.text) can administer this machine cannot be told: \(why)"
            )
        }
    }

    // MARK: what can be undone

    /// No new session begins while the rest goes on.
    private static func close(_ user: UserName, _ account: Account) -> [Step] {
        guard account.shadow?.expires != 1 else { return [] }
        let before = account.shadow?.expires.map { Expiration(days: $0).text } ?? ""
        let undo = ToolCall(.usermod, ["--expiredate", before, "--", user.text])
        return [
            Step(
                .account, "close the account \(user.text)",
                .tool(ToolCall(.usermod, ["--expiredate", "1970-01-02", "--", user.text]), undo: undo))
        ]
    }

    /// Every rule of sudo that is about this user alone, wherever it is; the Python extension's file among them.
    private static func grants(
        _ user: UserName, _ account: Account?, _ facts: Facts
    ) throws -> (steps: [Step], notes: [(topic: Topic, text: String)]) {
        let own = SudoGrant(user: user, asksPassword: true).path
        var paths = ["/etc/sudoers"]
        if case .known(let names) = try facts.folder("/etc/sudoers.d") {
            paths += names.map { "/etc/sudoers.d/\(String(decoding: $0.bytes, as: UTF8.self))" }
        }
        let group = try account.flatMap { (account) throws in try ownGroup(user, account, facts) }
        var steps: [Step] = []
        var notes: [(topic: Topic, text: String)] = []
        for path in paths {
            if path == own {
                steps.append(Step(.sudo, "remove the grant \(path)", .remove(path)))
                continue
            }
            guard case .present(let status) = try facts.status(path), status.kind == .file,
                case .contents(let before) = try facts.file(path)
            else { continue }
            // The main file may include the grant by name; without it sudo would complain at every call.
            let included = Array("@include \(own)".utf8)
            let lines = before.split(separator: 0x0a, omittingEmptySubsequences: false).filter { !$0.elementsEqual(included) }
            let after = SudoersLines.removing(
                user, uid: account?.entry.uid, group: group, from: Array(lines.joined(separator: [0x0a])))
            let shown = ForeignText(path).escaped()
            for line in SudoersLines.lending(user, in: after) {
                notes.append(
                    (
                        .sudo,
                        "\(shown):\(line) lets others run commands as \(user.text), and would for a later user of that name: "
                            + "visudo -f \(shown)"
                    ))
            }
            if after == before { continue }
            if after.allSatisfy({ $0 == 0x0a || $0 == 0x20 }), path != "/etc/sudoers" {
                steps.append(Step(.sudo, "remove \(shown), which grants sudo to \(user.text) alone", .remove(path)))
            } else {
                let change = FileChange(path: path, contents: after, mode: status.mode, check: .visudo)
                steps.append(Step(.sudo, "take \(user.text) out of \(shown)", .file(change)))
            }
        }
        return (steps, notes)
    }

    /// The group of the user's name, where nobody else is in it: userdel removes it too, and useradd makes it anew for the next one.
    private static func ownGroup(_ user: UserName, _ account: Account, _ facts: Facts) throws -> UInt32? {
        guard case .contents(let groups) = try facts.file("/etc/group"), case .contents(let passwd) = try facts.file("/etc/passwd"),
            let group = GroupEntry.entries(in: groups).first(where: { $0.name.bytes == user.bytes }),
            group.members.allSatisfy({ $0.bytes == user.bytes }),
            !PasswdFile.entries(in: passwd).contains(where: { $0.gid == group.gid && $0.name.bytes != user.bytes })
        else { return nil }
        return group.gid
    }

    /// What sshd's configuration says of this user by the agent's hand: a file of its own, or a block in the main file. sshd forgets it
    /// at once, where it is one that reads its files.
    private static func exceptions(_ user: UserName, _ facts: Facts) throws -> [Step] {
        let service = try facts.service()
        let main = ConfigurationPaths.main(service.arguments)
        var files: [ConfigurationChange.File] = []
        let own = ConfigurationPaths.own(user)
        if case .present(let status) = try facts.status(own), status.kind != .directory { files.append(.init(path: own, contents: nil)) }
        if case .contents(let bytes) = try facts.file(main), let block = try? UserBlock(user, settings: []).block() {
            let rest = SSHDFile(path: ForeignText(main), bytes: bytes).removing(block)
            if rest != bytes { files.append(.init(path: main, contents: rest)) }
        }
        if files.isEmpty { return [] }
        let change = ConfigurationChange(main: main, files: files)
        let words = "take what was opened for \(user.text) out of sshd's configuration (\(change.names))"
        guard case .accepted = try facts.candidate(change) else {
            // sshd reads nothing of it as it is, and must not be what keeps the user from being removed.
            return try files.map { (file) throws in
                guard let contents = file.contents else { return Step(.service, words, .remove(file.path)) }
                guard case .present(let status) = try facts.status(file.path) else { throw Unanswered(probe: .status(file.path)) }
                return Step(.service, words, .file(FileChange(path: file.path, contents: contents, mode: status.mode, check: nil)))
            }
        }
        guard let unit = try facts.units().value?.serving, unit.active == "active", unit.name.hasSuffix(".service"),
            !service.listeners.isEmpty
        else { return [Step(.service, words, .service(.configure(change)))] }
        return [
            Step(.service, "note how \(unit.name) serves now", .service(.guarded(unit: unit.name, isActive: true))),
            Step(.service, words, .service(.configure(change))),
            Step(.service, "have \(unit.name) read its configuration", .service(.reload(unit.name))),
            Step(.service, "connect to sshd", .service(.connect)),
        ]
    }

    /// Folders whose files are named by the user: cron's, at both places that distributions have, logind's lingering, the desktop's.
    private static let folders = [
        "/var/spool/cron/crontabs", "/var/spool/cron", "/var/lib/systemd/linger", "/var/lib/AccountsService/users",
    ]

    private static func filesOfTheName(_ user: UserName, _ account: Account?, _ facts: Facts) throws -> [Step] {
        var steps: [Step] = []
        func remove(_ path: String, _ topic: Topic, _ what: String) throws {
            guard case .present(let status) = try facts.status(path), status.kind != .directory else { return }
            steps.append(Step(topic, "remove \(what) \(ForeignText(path).escaped())", .remove(path)))
        }
        let home = account?.entry.home ?? ForeignText("/nonexistent")
        if case .known(let configuration) = try facts.sshd(Connection(user: user)) {
            let files = configuration.authorizedKeysFiles.filter { account != nil || !$0.bytes.contains(UInt8(ascii: "U")) }
            for path in KeysPlace.own(files, name: user, uid: account?.entry.uid ?? 0, home: home)
            where path.bytes.first == UInt8(ascii: "/") {
                try remove(String(decoding: path.bytes, as: UTF8.self), .authorizedKeys, "the keys in")
            }
        }
        if case .known(true) = try facts.oldPasswords(user) {
            steps.append(Step(.password, "take \(user.text) out of \(OldPasswords.path)", .oldPasswords(user)))
        }
        for folder in folders { try remove("\(folder)/\(user.text)", .account, "the file") }
        for folder in try facts.countedFailures(user).value?.faillock ?? [] {
            try remove("\(folder.path)/\(user.text)", .account, "the counted failures in")
        }
        if let account, account.namesakes == 0 { steps += try jobs(account.entry.uid, facts) }
        return steps
    }

    /// at(1)'s jobs, which are their owner's by number.
    private static func jobs(_ uid: UInt32, _ facts: Facts) throws -> [Step] {
        var steps: [Step] = []
        for folder in ["/var/spool/cron/atjobs", "/var/spool/at"] {
            guard case .known(let names) = try facts.folder(folder) else { continue }
            for name in names {
                let path = "\(folder)/\(String(decoding: name.bytes, as: UTF8.self))"
                guard case .present(let status) = try facts.status(path), status.kind == .file, status.uid == uid else { continue }
                steps.append(Step(.account, "remove the at job \(ForeignText(path).escaped())", .remove(path)))
            }
        }
        return steps
    }

    // MARK: what cannot

    private static func lastingSteps(
        _ user: UserName, _ account: Account, _ facts: Facts
    ) throws -> (steps: [Step], notes: [(topic: Topic, text: String)]) {
        let uid = account.entry.uid
        var steps: [Step] = []
        var notes: [(topic: Topic, text: String)] = []
        if account.namesakes == 0 {
            steps.append(Step(.account, "end the sessions of \(user.text)", .endSessions(user, uid: uid), isLasting: true))
        } else {
            notes.append((.account, "another account has the uid \(uid) too, so its sessions and at jobs are left alone"))
        }
        steps += try mail(user, facts)
        let home = account.entry.home
        if let why = try reasonToKeep(home, account, facts.home(user)) {
            if !why.isEmpty { notes.append((.account, "the home \(home.escaped()) is kept: \(why)")) }
        } else {
            let change = HomeChange(user: user, home: home, .remove)
            steps.append(Step(.account, "remove the home \(home.escaped())", .home(change), isLasting: true))
        }
        steps.append(
            Step(.account, "remove the account \(user.text)", .tool(ToolCall(.userdel, ["--", user.text]), undo: nil), isLasting: true))
        return (steps, notes)
    }

    private static func mail(_ user: UserName, _ facts: Facts) throws -> [Step] {
        let path = "/var/mail/\(user.text)"
        guard case .present(let status) = try facts.status(path), status.kind != .directory else { return [] }
        // Private, and as large as may be: no copy of it is kept.
        return [Step(.account, "remove the mail \(ForeignText(path).escaped())", .remove(path), isLasting: true)]
    }

    /// nil where the home is this user's own and goes; empty where there is none.
    package static func reasonToKeep(_ home: ForeignText, _ account: Account, _ answer: HomeAnswer) -> String? {
        switch answer.state {
        case .absent: return ""
        case .unreadable(let why): return why
        case .dangling: return "it is a link that leads nowhere"
        case .notDirectory: return "it is no folder"
        case .directory: break
        }
        if answer.isLink { return "it is a link" }
        if !HomePath.isPersonal(home) { return "it is no path for one person's home" }
        if !answer.isRootsPath { return "a folder above it is not root's alone" }
        if account.namesakes > 0 { return "another account has the same uid" }
        if answer.hasMounts { return "a file system is mounted on it or in it" }
        if let other = answer.others.first { return "it is also the home of \(other.escaped(limit: 40))" }
        return answer.owner == .user ? nil : "it does not belong to this user"
    }
}
