import AgentCore
import Testing

@Suite("routes of a proof") struct RoutesTests {
    typealias Address = (family: Listener.Family, address: String)

    struct Site: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var listeners: [Listener]
        var strangers: [Listener] = []
        var addresses: [String] = ["10.0.0.4", "2001:db8::4"]
        /// `origin family address port`.
        let routes: [String]
        var gaps: [String] = []
    }

    private static func listener(_ address: String, _ port: UInt16 = 22) -> Listener {
        Listener(family: family(address), address: address, port: port)
    }

    private static func family(_ address: String) -> Listener.Family { address.contains(":") ? .ipv6 : .ipv4 }

    static let sites = [
        Site(
            testDescription: "sshd as it comes: the loopback, and one address of each family",
            listeners: [listener("0.0.0.0"), listener("::")],
            routes: ["loopback 127.0.0.1 22", "network 10.0.0.4 22", "network 2001:db8::4 22"]),
        Site(
            testDescription: "ListenAddress 0.0.0.0: nothing is asked of IPv6",
            listeners: [listener("0.0.0.0")],
            routes: ["loopback 127.0.0.1 22", "network 10.0.0.4 22"]),
        Site(
            testDescription: "AddressFamily inet6",
            listeners: [listener("::")],
            routes: ["loopback ::1 22", "network 2001:db8::4 22"]),
        Site(
            testDescription: "Port 2222",
            listeners: [listener("0.0.0.0", 2222), listener("::", 2222)],
            routes: ["loopback 127.0.0.1 2222", "network 10.0.0.4 2222", "network 2001:db8::4 2222"]),
        Site(
            testDescription: "one address alone: asked from here and from elsewhere",
            listeners: [listener("10.0.0.4")],
            routes: ["loopback 10.0.0.4 22", "network 10.0.0.4 22"]),
        Site(
            testDescription: "the second address of the family",
            listeners: [listener("10.0.0.5")], addresses: ["10.0.0.4", "10.0.0.5"],
            routes: ["loopback 10.0.0.5 22", "network 10.0.0.5 22"]),
        Site(
            testDescription: "a guest without any address is asked over the pair",
            listeners: [listener("0.0.0.0"), listener("::")], addresses: [],
            routes: ["loopback 127.0.0.1 22", "network 192.0.2.1 22", "network 2001:db8:7667::1 22"]),
        Site(
            testDescription: "the loopback alone is told",
            listeners: [listener("127.0.0.1"), listener("::1", 2222)],
            routes: ["loopback 127.0.0.1 22"],
            gaps: ["sshd listens on no address that other machines can reach, only on 127.0.0.1 port 22, ::1 port 2222"]),
        Site(
            testDescription: "another process on an address of sshd's port is told",
            listeners: [listener("0.0.0.0")], strangers: [listener("10.0.0.4")],
            routes: ["loopback 127.0.0.1 22", "network 10.0.0.4 22"],
            gaps: ["another process listens on 10.0.0.4 port 22, where users expect sshd"]),
        Site(
            testDescription: "another process where nobody comes is not",
            listeners: [listener("0.0.0.0")], strangers: [listener("127.0.0.1"), listener("10.9.9.9")],
            routes: ["loopback 127.0.0.1 22", "network 10.0.0.4 22"]),
    ]

    @Test("lead where others come", arguments: sites)
    func lead(_ site: Site) {
        func pairs(_ addresses: [String]) -> [Address] { addresses.map { (Self.family($0), $0) } }
        let routes = Routes(
            listeners: site.listeners, strangers: site.strangers, addresses: pairs(site.addresses),
            link: pairs(["192.0.2.1", "2001:db8:7667::1"]))
        #expect(routes.routes.map { "\($0.origin) \($0.address) \($0.port)" } == site.routes)
        #expect(routes.routes.allSatisfy { $0.family == Self.family($0.address) })
        #expect(routes.gaps == site.gaps)
    }
}
