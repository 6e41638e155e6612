/// A narrow way through the firewall, ahead of what blocks.
package struct FirewallOpening: Hashable, Sendable {
    package enum Way: Hashable, Sendable {
        /// A rule in the kernel, and in the file that brings its chain back at boot.
        case rule(Rule)
        /// By ufw(8), which keeps it.
        case ufw(port: UInt16)
        /// By firewalld, in one of its zones, now and from the next boot on.
        case firewalld(zone: String, port: UInt16)
    }

    /// Who keeps a table, and must be able to read it after a change.
    package enum Keeper: String, Hashable, Sendable {
        case nft
        /// iptables on nf_tables.
        case iptables = "iptables-nft"
        /// iptables with tables of its own in the kernel.
        case legacy = "iptables-legacy"
    }

    /// One rule in one chain, known by its mark.
    package struct Rule: Hashable, Sendable {
        package let keeper: Keeper
        /// As nft(8) has it: `ip`, `ip6`, `inet`.
        package let family: String
        package let table: String
        package let chain: String
        /// The rule's comment: what it lets in, and that it is ours.
        package let mark: String

        package init(keeper: Keeper, family: String, table: String, chain: String, mark: String) {
            self.keeper = keeper
            self.family = family
            self.table = table
            self.chain = chain
            self.mark = mark
        }

        package var packet: FirewallPacket? { FirewallPacket(mark: mark) }
    }

    package let way: Way
    /// What blocks, for a sentence.
    package let reason: String

    package init(way: Way, reason: String) {
        self.way = way
        self.reason = reason
    }

    /// Whether it is for connections to this port.
    package func isRequest(to port: UInt16) -> Bool {
        switch way {
        case .rule(let rule): rule.packet == .request(port)
        case .ufw(let own), .firewalld(_, let own): own == port
        }
    }

    /// As an order.
    package var summary: String {
        switch way {
        case .rule(let rule):
            "let \(rule.mark) through \(ForeignText(rule.chain).escaped(limit: 60)) of the table "
                + "\(rule.family) \(ForeignText(rule.table).escaped(limit: 60))"
        case .ufw(let port): "have ufw let connections to port \(port) in"
        case .firewalld(let zone, let port):
            "have firewalld let connections to port \(port) in, in the zone \(ForeignText(zone).escaped(limit: 60))"
        }
    }
}

/// What is to come through.
package enum FirewallPacket: Hashable, Sendable {
    /// A connection to this port.
    case request(UInt16)
    /// What sshd answers from it.
    case reply(UInt16)
    /// IPv6's way to find a neighbour's address: without it no packet finds its way (RFC 4861).
    case neighbour
    /// The same two on the loopback, where the client's end meets the hooks too: for the proof, and for programs of this machine.
    case loopbackReply(UInt16)
    case loopbackRequest(UInt16)

    private static let prefix = "vmaccess-agent-"

    package var mark: String {
        switch self {
        case .request(let port): "\(Self.prefix)to-\(port)"
        case .reply(let port): "\(Self.prefix)from-\(port)"
        case .neighbour: "\(Self.prefix)neighbour"
        case .loopbackReply(let port): "\(Self.prefix)lo-from-\(port)"
        case .loopbackRequest(let port): "\(Self.prefix)lo-to-\(port)"
        }
    }

    package init?(mark: String) {
        guard mark.hasPrefix(Self.prefix) else { return nil }
        let rest = mark.dropFirst(Self.prefix.count)
        if rest == "neighbour" {
            self = .neighbour
        } else if rest.hasPrefix("to-"), let port = UInt16(rest.dropFirst(3)) {
            self = .request(port)
        } else if rest.hasPrefix("from-"), let port = UInt16(rest.dropFirst(5)) {
            self = .reply(port)
        } else if rest.hasPrefix("lo-from-"), let port = UInt16(rest.dropFirst(8)) {
            self = .loopbackReply(port)
        } else if rest.hasPrefix("lo-to-"), let port = UInt16(rest.dropFirst(6)) {
            self = .loopbackRequest(port)
        } else {
            return nil
        }
    }

    /// Whether it travels on the loopback.
    package var isLocal: Bool {
        switch self {
        case .loopbackReply, .loopbackRequest: true
        case .request, .reply, .neighbour: false
        }
    }

    /// The TCP port it goes to and the one it comes from, where that is sshd's; the other one may be any.
    package var ports: (to: UInt16?, from: UInt16?) {
        switch self {
        case .request(let port), .loopbackRequest(let port): (port, nil)
        case .reply(let port), .loopbackReply(let port): (nil, port)
        case .neighbour: (nil, nil)
        }
    }

    /// In the words of nft(8).
    package var nftMatch: [String] {
        switch self {
        case .request(let port): ["tcp", "dport", String(port)]
        case .reply(let port): ["tcp", "sport", String(port)]
        case .loopbackReply(let port): ["iifname", "lo", "tcp", "sport", String(port)]
        case .loopbackRequest(let port): ["oifname", "lo", "tcp", "dport", String(port)]
        case .neighbour: ["icmpv6", "type", "{", "nd-neighbor-solicit,", "nd-neighbor-advert", "}"]
        }
    }

    /// In the words of iptables-extensions(8); a rule for each.
    package var iptablesMatches: [[String]] {
        switch self {
        case .request(let port): [["-p", "tcp", "--dport", String(port)]]
        case .reply(let port): [["-p", "tcp", "--sport", String(port)]]
        case .loopbackReply(let port): [["-i", "lo", "-p", "tcp", "--sport", String(port)]]
        case .loopbackRequest(let port): [["-o", "lo", "-p", "tcp", "--dport", String(port)]]
        case .neighbour: ["135", "136"].map { ["-p", "ipv6-icmp", "--icmpv6-type", $0] }
        }
    }
}
