internal import AgentCore
internal import Glibc

/// Who else listens on sshd's port.
enum PortHolder {
    /// A sentence with the process's id and name; nil where nobody else does.
    static func other(than unit: String, _ guest: Guest) -> String? {
        var ports: [Int] = [22]
        if let nobody = UserName("nobody"), let known = SSHD(guest).effectiveConfiguration(Connection(user: nobody)).value {
            ports = known.ports
        }
        guard let proc = try? Root("/proc"), let names = try? proc.names(in: "/") else { return nil }
        let own = guest.service.answer().listeners
        for name in names {
            guard let pid = pid_t(text(name)), pid > 1, let held = try? listeners(heldBy: pid) else { continue }
            // sshd may well have the port in one family, and another process in the other.
            let other = held.first { listener in
                ports.contains(Int(listener.port)) && listener.isWildcard
                    && !own.contains { $0.port == listener.port && $0.family == listener.family }
            }
            guard let listener = other else { continue }
            let command = (try? proc.read("/\(pid)/comm")) ?? nil
            let shown = ForeignText((command ?? []).filter { $0 != 0x0a }).quoted(limit: 32)
            return "port \(listener.port) is held by the process \(pid), \(shown); end it, or give it another port"
        }
        return nil
    }

    /// The listening TCP sockets among a process's descriptors.
    private static func listeners(heldBy pid: pid_t) throws(Fault) -> [Listener] {
        let proc = try Root("/proc/\(pid)")
        var held: Set<String> = []
        for name in try proc.names(in: "/fd") {
            var target = [CChar](repeating: 0, count: 64)
            let length = readlink("/proc/\(pid)/fd/\(text(name))", &target, target.count)
            if length > 0 { held.insert(String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)) }
        }
        // Most processes hold no socket, and a table may be long.
        guard held.contains(where: { $0.hasPrefix("socket:") }) else { return [] }
        var found: [Listener] = []
        for (file, family) in [("/net/tcp", Listener.Family.ipv4), ("/net/tcp6", .ipv6)] {
            guard let table = try proc.read(file, limit: 16 << 20) else { continue }
            found += SocketTable.listeners(in: table, family).filter { held.contains("socket:[\($0.inode)]") }.map(\.listener)
        }
        return found
    }
}
