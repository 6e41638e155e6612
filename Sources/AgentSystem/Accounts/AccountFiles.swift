package import AgentCore
internal import Glibc

/// passwd, shadow, group and what new accounts are made like, read from the guest's root.
package struct AccountFiles: Sendable {
    private let root: Root
    private let processes: Processes

    package init(root: Root, processes: Processes) {
        self.root = root
        self.processes = processes
    }

    package func answer(for name: UserName) -> AccountAnswer {
        do throws(Fault) {
            return try lookUp(name)
        } catch {
            return .unreadable(error.message)
        }
    }

    package func defaults() -> AccountDefaults {
        let loginDefs = (try? root.read("/etc/login.defs")) ?? nil
        let useradd = (try? root.read("/etc/default/useradd")) ?? nil
        return AccountDefaults(loginDefs: loginDefs ?? [], useradd: useradd ?? [])
    }

    /// The local account, or a fault: for steps, which run after it was made.
    package func account(_ name: UserName) throws(Fault) -> Account {
        switch try lookUp(name) {
        case .local(let account): return account
        case .absent, .foreign, .unreadable: throw Fault("look up \(name.text)", cause: "it is not in /etc/passwd")
        }
    }

    /// The password field of shadow(5), which is a secret; nil where there is no such line.
    func passwordField(of name: UserName) throws(Fault) -> Secret? {
        guard let shadow = try root.readSecret("/etc/shadow", limit: Self.limit),
            let fields = ShadowEntry.fields(of: name.bytes, in: shadow), fields.count > 1
        else { return nil }
        let field = fields[1]
        return Secret(capacity: field.count) { buffer in
            shadow.withBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[field])) }
            return field.count
        }
    }

    /// Whose rights this account's files are to be opened with: its uid, its group and the groups it is a member of.
    package func identity(of account: Account) throws(Fault) -> Identity {
        let groups = GroupEntry.entries(in: try root.read("/etc/group", limit: Self.limit) ?? [])
        let memberships = groups.filter { $0.members.contains(account.entry.name) }.map(\.gid)
        return Identity(uid: account.entry.uid, gid: account.entry.gid, groups: [account.entry.gid] + memberships)
    }

    /// The account files of a machine with very many users are a few megabytes.
    private static let limit = 64 << 20

    private func lookUp(_ name: UserName) throws(Fault) -> AccountAnswer {
        guard let passwd = try root.read("/etc/passwd", limit: Self.limit) else {
            throw Fault("read /etc/passwd", cause: "it is not there")
        }
        let entries = PasswdFile.entries(in: passwd)
        let groups = GroupEntry.entries(in: try root.read("/etc/group", limit: Self.limit) ?? [])
        let wanted = ForeignText(name.bytes)
        guard let entry = entries.first(where: { $0.name == wanted }) else {
            if try isKnownElsewhere(name) { return .foreign }
            return .absent(groupExists: groups.contains { $0.name == wanted })
        }
        let shadow = try root.readSecret("/etc/shadow", limit: Self.limit).flatMap { ShadowEntry(of: name.bytes, in: $0) }
        return .local(
            Account(
                entry: entry, shadow: shadow, namesakes: entries.count { $0.uid == entry.uid } - 1,
                groups: groups.filter { $0.members.contains(wanted) }.map(\.name)))
    }

    /// The databases of nsswitch.conf(5) in which the name service does not show an account that the files have.
    func unseen(_ name: UserName) -> Known<[String]> {
        do throws(Fault) {
            guard root.isRunningSystem, case .local(let account) = try lookUp(name) else { return .known([]) }
            var unseen: [String] = []
            for database in account.shadow == nil ? ["passwd"] : ["passwd", "shadow"] {
                var command = Command(.getent, [database, "--", name.text])
                command.seconds = 10
                if try !processes.run(command).succeeded { unseen.append(database) }
            }
            return .known(unseen)
        } catch {
            return .unknown(error.message)
        }
    }

    /// Asks the name service, which passwd is only one source of. It is not asked for another system's tree.
    private func isKnownElsewhere(_ name: UserName) throws(Fault) -> Bool {
        guard root.isRunningSystem else { return false }
        var command = Command(.getent, ["passwd", "--", name.text])
        command.seconds = 10
        return try processes.run(command).succeeded
    }
}
