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
        let own = Set(guest.service.answer().listeners.map(\.port))
        for name in names {
            guard let pid = pid_t(text(name)), pid > 1, let held = try? SSHService.sockets(heldBy: pid, onPorts: { _ in true }).own else {
                continue
            }
            guard let listener = held.first(where: { ports.contains(Int($0.port)) && !own.contains($0.port) }) else { continue }
            let command = (try? proc.read("/\(pid)/comm")) ?? nil
            let shown = ForeignText((command ?? []).filter { $0 != 0x0a }).quoted(limit: 32)
            return "port \(listener.port) is held by the process \(pid), \(shown); end it, or give it another port"
        }
        return nil
    }
}
