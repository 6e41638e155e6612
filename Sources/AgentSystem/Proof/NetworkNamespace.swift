internal import AgentCore
internal import CLinux
internal import Glibc

/// A network namespace joined to the guest's by a veth pair: from it a connection meets the guest's hooks as other machines' do.
///
/// It has no name and hangs on a descriptor alone, so that the kernel takes it and the pair away when the agent ends, however it
/// ends. Its addresses are those set aside for documentation (RFC 5737, RFC 3849), which no network has.
struct NetworkNamespace: ~Copyable {
    static let clientIPv4 = "192.0.2.2"
    static let clientIPv6 = "2001:db8:7667::2"
    static let guestIPv4 = "192.0.2.1"
    static let guestIPv6 = "2001:db8:7667::1"

    let descriptor: Descriptor
    /// Whether the pair carries IPv6; not where the guest has it switched off.
    let hasIPv6: Bool

    init(_ processes: Processes) throws(Fault) {
        let own = Descriptor(owning: try retrying("open the network namespace") { open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC) })
        _ = try retrying("make a network namespace") { vma_unshare_network() }
        let raw = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        let code = errno
        // Whatever else fails, this thread goes back first.
        _ = try retrying("return to the network namespace") { vma_enter_network(own.raw) }
        guard raw != -1 else { throw Fault("open the network namespace", errno: code) }
        let made = Descriptor(owning: raw)
        hasIPv6 = try Self.join(raw, processes)
        descriptor = made
    }

    /// Lays the pair between the guest's namespace and this one. Whether it carries IPv6.
    private static func join(_ namespace: Int32, _ processes: Processes) throws(Fault) -> Bool {
        let link = "vmaccess\(getpid() % 1_000_000)"
        let there = [
            "link set lo up", "link add name client0 type veth peer name \(link) netns \(getpid())",
            "link set client0 up", "addr add \(clientIPv4)/30 dev client0",
        ]
        try configure(there, in: namespace, processes)
        try configure(["link set \(link) up", "addr add \(guestIPv4)/30 dev \(link)"], in: nil, processes)
        try configure(["route add default via \(guestIPv4)"], in: namespace, processes)
        do throws(Fault) {
            try configure(["addr add \(guestIPv6)/64 dev \(link) nodad"], in: nil, processes)
            let there = ["addr add \(clientIPv6)/64 dev client0 nodad", "route add default via \(guestIPv6)"]
            try configure(there, in: namespace, processes)
            return true
        } catch {
            return false
        }
    }

    /// ip(8), all commands in one process.
    private static func configure(_ commands: [String], in namespace: Int32?, _ processes: Processes) throws(Fault) {
        var command = Command(.ip, ["-batch", "-"])
        command.input = Secret(copying: Array((commands.joined(separator: "\n") + "\n").utf8))
        command.networkNamespace = namespace
        command.seconds = 10
        let outcome = try processes.run(command)
        guard outcome.succeeded else { throw Fault("join a network namespace", cause: outcome.explanation) }
    }
}

/// The guest's own addresses, getifaddrs(3).
enum Addresses {
    /// Of interfaces that are up, without loopback and link-local ones.
    static func global() -> [(family: Listener.Family, address: String)] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: [(Listener.Family, String)] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard let address = entry.ifa_addr, entry.ifa_flags & UInt32(IFF_UP) != 0,
                entry.ifa_flags & UInt32(IFF_LOOPBACK) == 0
            else { continue }
            switch Int32(address.pointee.sa_family) {
            case AF_INET:
                let bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                    withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }
                }
                if bytes[0] != 169 || bytes[1] != 254 { found.append((.ipv4, IPAddress.text(bytes))) }
            case AF_INET6:
                let bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                    withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
                }
                if bytes[0] != 0xfe || bytes[1] & 0xc0 != 0x80 { found.append((.ipv6, IPAddress.text(bytes))) }
            default: continue
            }
        }
        return found
    }
}
