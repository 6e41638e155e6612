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
            guard let pid = pid_t(text(name)), pid > 1, let held = try? SSHService.sockets(heldBy: pid, onPorts: { _ in true }).own else {
                continue
            }
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
}
