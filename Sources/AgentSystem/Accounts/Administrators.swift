internal import AgentCore

/// Who else can log in here and become root.
struct Administrators {
    let guest: Guest

    /// Somebody other than `user`; nil where there is nobody. Asked of passwd's people, and of root where sshd lets root in.
    func other(than user: UserName) -> Known<ForeignText?> {
        do throws(Fault) {
            let entries = PasswdFile.entries(in: try guest.root.read("/etc/passwd", limit: 64 << 20) ?? [])
            let defaults = guest.accounts.defaults()
            for entry in entries where !defaults.isSystem(entry.uid) && entry.name.bytes != user.bytes {
                guard let name = UserName(entry.name.escaped()), try hasWayIn(name, entry), try isAdministrator(name) else { continue }
                return .known(entry.name)
            }
            return .known(try rootHasWayIn(asking: user) ? ForeignText("root") : nil)
        } catch {
            return .unknown(error.message)
        }
    }

    func isAdministrator(_ name: UserName) throws(Fault) -> Bool {
        if (try? location(of: .sudo)) == nil { return false }
        let grants = SudoGrants(listing: try guest.processes.run(Command(.sudo, ["-n", "-ll", "-U", name.text])).output)
        return grants.isEverything
    }

    private func hasWayIn(_ name: UserName, _ entry: PasswdEntry) throws(Fault) -> Bool {
        guard let shadow = try guest.accounts.account(name).shadow else { return false }
        if let end = shadow.expires, end <= guest.clock.today { return false }
        let shell = entry.shell.bytes.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? "sh"
        if ["nologin", "false", "true"].contains(shell) { return false }
        if shadow.password == .set { return true }
        let files = SSHD(guest).effectiveConfiguration(Connection(user: name)).value?.authorizedKeysFiles ?? KeysPlace.defaults
        for path in KeysPlace.own(files, name: name, uid: entry.uid, home: entry.home) {
            // Somebody's home may hold an answer up; then it is none.
            guard let bytes = (try? guest.keysFile(of: name, path: path).read()) ?? nil else { continue }
            if bytes.split(separator: 0x0a).contains(where: { (try? AuthorizedKeyLine($0)) != nil }) { return true }
        }
        return false
    }

    private func rootHasWayIn(asking user: UserName) throws(Fault) -> Bool {
        guard let root = SSHD(guest).effectiveConfiguration(Connection(user: user)).value?.permitRootLogin else { return false }
        if root == .no { return false }
        let shadow = try guest.root.readSecret("/etc/shadow", limit: 64 << 20).flatMap { ShadowEntry(of: Array("root".utf8), in: $0) }
        if root == .yes, shadow?.password == .set { return true }
        let keys = try guest.root.read("/root/.ssh/authorized_keys") ?? []
        return keys.split(separator: 0x0a).contains { (try? AuthorizedKeyLine($0)) != nil }
    }
}
