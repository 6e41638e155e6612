/// The home is not the user's, or others may write in it, so that sshd, by StrictModes, trusts no key in it (`safe_path` in misc.c).
package struct HomeNotOwn: Obstacle {
    package let id = "home-not-own"
    package let layer = Layer.keys

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        guard case .local(let account) = try facts.account(user) else { return .clear }
        let home = account.entry.home
        if try HomeReplacement.of(account, user, facts) != nil { return .clear }
        let answer = try facts.home(user)
        guard case .directory(let status) = answer.state, let owner = answer.owner else { return .clear }
        let shown = home.escaped()
        let closed = HomeChange(user: user, home: home, .mode(status.mode & 0o7755 | 0o700))
        let close = Step(.account, "close \(shown) to others' writing", .home(closed))
        // Others' writing keeps keys out, not passwords.
        let isOpen = asked.needsKeys && status.mode & 0o022 != 0 || status.mode & 0o700 != 0o700
        switch owner {
        case .user:
            guard isOpen else { return .clear }
            let words = status.mode & 0o022 != 0 ? "others may write in" : "its owner may not use"
            return .found(Finding(self, "\(words) \(shown) (mode \(String(status.mode, radix: 8)))", mandate: .user, steps: [close]))
        case .root, .nobody:
            let whose = if case .nobody(let uid) = owner { "uid \(uid), which nobody has" } else { "root" }
            if let why = try Self.hindrance(home, answer, facts, asked.keysConnection(of: user)) {
                // sshd takes a key from a home of root's; there only the writing of others matters.
                if owner == .root, status.mode & 0o022 == 0, status.mode & 0o011 != 0 { return .clear }
                return .found(Finding(self, "the home \(shown) belongs to \(whose), and is left so: \(why)", mandate: .nobody))
            }
            let own = Step(
                .account, "give \(shown), which belongs to \(whose), to \(user.text)",
                .home(HomeChange(user: user, home: home, .own)))
            return .found(Finding(self, "the home \(shown) belongs to \(whose)", mandate: .user, steps: isOpen ? [own, close] : [own]))
        case .other(let name):
            return .found(
                Finding(
                    self,
                    "the home \(shown) belongs to \(name.escaped(limit: 40)); if it should be \(user.text)'s: chown \(user.text) \(shown)",
                    mandate: .nobody))
        }
    }

    /// Why root must not give it away; nil where nobody but root chose the path, and it is this one person's.
    private static func hindrance(
        _ home: ForeignText, _ answer: HomeAnswer, _ facts: Facts, _ connection: Connection
    ) throws(Unanswered) -> String? {
        if !HomePath.isPersonal(home) { return "that is no path for one person's home" }
        if !answer.isRootsPath { return "a folder above it is not root's alone" }
        if try facts.sshd(connection).value?.chrootDirectory != nil { return "sshd's ChrootDirectory must be root's" }
        if let other = answer.others.first { return "it is also the home of \(other.escaped(limit: 40))" }
        return nil
    }
}
