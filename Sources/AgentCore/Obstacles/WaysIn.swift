/// What a user has to log in with as things are; for a diagnosis, where no credential is asked for.
struct WaysIn {
    /// Where sshd looks for this user's keys, as far as the files are this user's own.
    let keysFiles: [ForeignText]
    /// How many keys there are; nil where sshd also asks elsewhere (a file of several users, a command), or keys cannot be counted.
    let keys: Int?
    /// There is a password, and it is not locked.
    let hasPassword: Bool
    let takesPasswords: Bool

    /// nil: no account of this guest's own.
    static func of(_ user: UserName, _ asked: Case, _ facts: Facts) throws(Unanswered) -> Known<WaysIn>? {
        guard case .local(let account) = try facts.account(user) else { return nil }
        guard let shadow = account.shadow else { return .unknown("what /etc/shadow has about \(user.text) is not known") }
        let effective: EffectiveConfiguration
        switch try facts.sshd(asked.connection(of: user)) {
        case .known(let known): effective = known
        case .unknown(let why): return .unknown(why)
        }
        let entry = account.entry
        let files = effective.authorizedKeysFiles
        let own = KeysPlace.own(files, name: user, uid: entry.uid, home: entry.home)
        var keys: Int? = own.count == files.count && effective.authorizedKeysCommand == nil ? 0 : nil
        for path in own where keys != nil {
            switch try facts.keysFile(KeysFileQuestion(user: user, home: entry.home, path: path)).contents {
            case .absent: continue
            case .unreadable: keys = nil
            case .bytes(let bytes):
                keys = keys.map { $0 + bytes.split(separator: 0x0a).count { (try? AuthorizedKeyLine($0)) != nil } }
            }
        }
        // Without a home nothing can be said of what should lie in it.
        if own.contains(where: { $0.bytes.first != UInt8(ascii: "/") }) {
            if case .directory = try facts.home(user).state {} else { keys = keys == 0 ? nil : keys }
        }
        return .known(
            WaysIn(keysFiles: own, keys: keys, hasPassword: shadow.password == .set, takesPasswords: effective.takesPasswords))
    }
}
