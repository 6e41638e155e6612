/// Where a user's home is to be whose own path can be nobody's: none at all, `/`, or a placeholder where nothing is (`/nonexistent`,
/// `/dev/null`). There sshd finds no keys, and root must make nothing.
enum HomeReplacement {
    /// The place where useradd would have made it; nil where the path that passwd has is fit for a home, or leads to a folder.
    static func of(_ account: Account, _ user: UserName, _ facts: Facts) throws(Unanswered) -> ForeignText? {
        let home = account.entry.home
        // What is not absolute cannot be put back by usermod(8), and is left.
        guard !HomePath.isPersonal(home), home.isEmpty || home.bytes.first == UInt8(ascii: "/") else { return nil }
        let fresh = try place(user, facts)
        guard fresh != home, HomePath.isPersonal(fresh) else { return nil }
        if home.isEmpty || home.bytes.allSatisfy({ $0 == UInt8(ascii: "/") }) { return fresh }
        switch try facts.home(user).state {
        case .absent, .notDirectory: return fresh
        case .directory, .dangling, .unreadable: return nil
        }
    }

    /// Where new homes are made.
    static func place(_ user: UserName, _ facts: Facts) throws(Unanswered) -> ForeignText {
        ForeignText(try facts.accountDefaults().homeBase.bytes + [UInt8(ascii: "/")] + user.bytes)
    }

    /// The account moved there; what lies there of another's makes room.
    static func steps(_ user: UserName, _ account: Account, _ fresh: ForeignText, _ facts: Facts) throws(Unanswered) -> [Step] {
        let path = String(decoding: fresh.bytes, as: UTF8.self)
        let before = String(decoding: account.entry.home.bytes, as: UTF8.self)
        let change = ToolCall(.usermod, ["--home", path, "--", user.text])
        let undo = ToolCall(.usermod, ["--home", before, "--", user.text])
        let move = Step(.account, "have \(fresh.escaped()) be the home of \(user.text)", .tool(change, undo: undo))
        let make = HomeChange(user: user, home: fresh, .make(mode: try facts.accountDefaults().homeMode))
        let making = Step(.account, "make the home \(fresh.escaped())", .home(make))
        guard case .present(let status) = try facts.status(path) else { return [move, making] }
        if status.kind == .directory, status.uid == account.entry.uid { return [move] }
        let aside = HomeChange(user: user, home: fresh, .setAside)
        return [Step(.account, "move what is at \(fresh.escaped()) out of the way", .home(aside)), move, making]
    }
}
