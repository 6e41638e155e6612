/// Who may log in by a change of sshd's configuration and could not before.
package enum AccessGained {
    /// sshd is asked about so many accounts, twice each.
    private static let most = 20

    private struct Ways: OptionSet {
        let rawValue: Int
        static let key = Ways(rawValue: 1)
        static let password = Ways(rawValue: 2)

        var words: String {
            if contains([.key, .password]) { return "by key and by password" }
            return contains(.key) ? "by key" : "by password"
        }
    }

    /// One sentence; nil where nobody gains anything.
    ///
    /// - Parameters:
    ///   - facts: of the guest as it is.
    ///   - user: whom the request is about: that they get in is what was asked.
    /// - Throws: `Unanswered`.
    package static func note(_ facts: Facts, _ change: ConfigurationChange, except user: UserName?) throws(Unanswered) -> String? {
        guard case .contents(let bytes) = try facts.file("/etc/passwd") else { return nil }
        var gained: [String] = []
        var asked = 0
        var passed = 0
        for entry in PasswdFile.entries(in: bytes) {
            guard let name = try? UserName(entry.name), name != user, try LoginShell.fault(entry.shell, facts) == nil,
                case .local(let account) = try facts.account(name), let shadow = account.shadow
            else { continue }
            if asked == most {
                passed += 1
                continue
            }
            asked += 1
            let connection = Connection(user: name, address: SourceAddress.other)
            let groups = try SSHDGroups.of(name, facts)
            let after = try facts.effective(change, connection).value.map { ways($0, entry, groups, shadow) } ?? []
            // Where sshd refuses its configuration nobody gets in.
            let before = try facts.sshd(connection).value.map { ways($0, entry, groups, shadow) } ?? []
            let new = after.subtracting(before)
            if !new.isEmpty { gained.append("\(name.text) \(new.words)") }
        }
        if gained.isEmpty { return nil }
        let rest = passed > 0 ? "; \(passed) more accounts were not looked at" : ""
        return "by this reset sshd's configuration admits, as it did not before: \(gained.joined(separator: ", "))\(rest)"
    }

    private static func ways(
        _ effective: EffectiveConfiguration, _ entry: PasswdEntry, _ groups: [ForeignText]?, _ shadow: ShadowEntry
    ) -> Ways {
        let connection = SSHDConnection(
            user: entry.name, userExists: true, groups: groups, host: ForeignText(SourceAddress.other),
            address: ForeignText(SourceAddress.other))
        if case .refused = effective.access.verdict(for: connection) { return [] }
        var ways: Ways = []
        if effective.pubkeyAuthentication == true { ways.insert(.key) }
        if effective.takesPasswords, shadow.password == .set { ways.insert(.password) }
        let lists = effective.authenticationMethods
        if !lists.isEmpty {
            func suffices(_ names: [String]) -> Bool {
                lists.contains { list in
                    list.count == 1
                        && names.contains(String(decoding: list[0].bytes.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self))
                }
            }
            if !suffices(["publickey", "any"]) { ways.remove(.key) }
            if !suffices(["password", "keyboard-interactive", "any"]) { ways.remove(.password) }
        }
        guard entry.uid == 0 else { return ways }
        switch effective.permitRootLogin {
        case .no: return []
        case .yes: return ways
        default: return ways.intersection(.key)
        }
    }
}
