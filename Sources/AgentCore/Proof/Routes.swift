/// Where a proof connects to, judged from what listens and which addresses the guest has.
package struct Routes: Hashable, Sendable {
    package let routes: [Proof.Route]
    /// What cannot be asked, each in a sentence.
    package let gaps: [String]

    /// - Parameters:
    ///   - listeners: the service's own.
    ///   - strangers: other processes' sockets on the same ports.
    ///   - addresses: the guest's, without loopback and link-local ones.
    ///   - link: the guest's end of the pair to the other namespace, used where the guest has no address at all.
    package init(
        listeners: [Listener], strangers: [Listener], addresses: [(family: Listener.Family, address: String)],
        link: [(family: Listener.Family, address: String)]
    ) {
        var routes: [Proof.Route] = []
        var gaps: [String] = []
        func route(_ origin: Proof.Route.Origin, _ candidates: [(family: Listener.Family, address: String)]) -> Proof.Route? {
            for candidate in candidates {
                guard let listener = listeners.first(where: { $0.answers(at: candidate.address, candidate.family) }) else { continue }
                return Proof.Route(origin: origin, family: candidate.family, address: candidate.address, port: listener.port)
            }
            return nil
        }
        let loopback: [(family: Listener.Family, address: String)] = [(.ipv4, "127.0.0.1"), (.ipv6, "::1")]
        if let found = route(.loopback, loopback + addresses) { routes.append(found) }

        let reachable = addresses.isEmpty ? link : addresses
        let outside = [Listener.Family.ipv4, .ipv6].compactMap { family in route(.network, reachable.filter { $0.family == family }) }
        if outside.isEmpty {
            let places = listeners.map { "\($0.address) port \($0.port)" }.joined(separator: ", ")
            gaps.append("sshd listens on no address that other machines can reach, only on \(places)")
        }
        // Who comes by that way meets somebody else, and may give them a password.
        for stranger in strangers where reachable.contains(where: { stranger.answers(at: $0.address, $0.family) }) {
            gaps.append("another process listens on \(stranger.address) port \(stranger.port), where users expect sshd")
        }
        self.routes = routes + outside
        self.gaps = gaps
    }
}
