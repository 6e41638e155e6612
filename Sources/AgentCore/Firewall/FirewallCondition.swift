/// A packet on its way through a chain.
struct FirewallTravel: Sendable {
    let packet: FirewallPacket
    /// Of IP.
    let version: Int
    /// Where it travels; nil where that is not known.
    let interface: String?
    /// Of the two messages by which neighbours find each other, the second.
    let isAnswer: Bool
    /// Who sends it.
    let source: FirewallSource
}

/// What one match of a rule asks about a packet.
struct FirewallCondition: Sendable {
    enum Field: Sendable {
        case toPort, fromPort
        /// TCP, ICMPv6, …
        case transport
        /// IPv4 or IPv6.
        case family
        case neighbourMessage
        case hopLimit
        case interface
        /// Of this version of IP; nil: of the table's own.
        case source(version: Int?)
        case destination
        /// Whose address the packet goes to: `LOCAL`, `MULTICAST`, …
        case destinationKind
        case state
        /// Which of TCP's flags are set, of those that are looked at.
        case flags(among: Set<String>)
        /// A rate, a count, a mark: only sometimes so.
        case other
    }

    enum Value: Hashable, Sendable {
        case word(String)
        case number(Int)
        case range(Int, Int)
        /// An address and how many of its bits count.
        case network([UInt8], Int)
        /// From one address to another.
        case span([UInt8], [UInt8])
    }

    let field: Field
    let isNegated: Bool
    let values: [Value]
    /// What it looks at, for a sentence.
    let name: String

    init(_ field: Field, _ name: String, _ values: [Value] = [], isNegated: Bool = false) {
        self.field = field
        self.name = name
        self.values = values
        self.isNegated = isNegated
    }

    /// Whether it holds for such a packet, whoever sends it. One about certain senders does not, nor one that only sometimes does.
    func holds(for travel: FirewallTravel) -> Bool {
        let packet = travel.packet
        switch field {
        // Where it is the other side's, the port may be any.
        case .toPort: return packet.ports.to.map { has(Int($0)) != isNegated } ?? false
        case .fromPort: return packet.ports.from.map { has(Int($0)) != isNegated } ?? false
        case .transport:
            let isIt = packet == .neighbour ? has("ipv6-icmp") || has("icmpv6") || has(58) : has("tcp") || has(6)
            return isIt != isNegated
        case .family: return (has(travel.version == 4 ? "ipv4" : "ipv6") || has(travel.version == 4 ? "ip" : "ip6")) != isNegated
        case .neighbourMessage:
            guard packet == .neighbour else { return false }
            let isIt = travel.isAnswer ? has(136) || has("nd-neighbor-advert") : has(135) || has("nd-neighbor-solicit")
            return isIt != isNegated
        // RFC 4861, 7.1.
        case .hopLimit: return packet == .neighbour && has(255) != isNegated
        case .interface:
            if packet.isLocal { return names("lo") != isNegated }
            // Connections from elsewhere do not come by the loopback; which other interface they take may not be known.
            guard let interface = travel.interface else { return names("lo") == isNegated }
            return names(interface) != isNegated
        // Everybody but some is nearly everybody.
        case .destination: return isNegated
        case .source(let version):
            if let version, version != travel.version { return false }
            guard case .address(let address) = travel.source, packet.ports.from == nil, let covers = covers(address) else {
                return isNegated
            }
            return covers != isNegated
        case .destinationKind: return packet.ports.from == nil && packet != .neighbour && has("LOCAL") != isNegated
        case .state:
            if packet == .neighbour { return has("untracked") != isNegated }
            return has(packet.ports.from == nil ? "new" : "established") != isNegated
        case .flags(let among):
            guard packet != .neighbour else { return false }
            let set: Set<String> = packet.ports.from == nil ? ["SYN"] : ["SYN", "ACK"]
            return (Set(values) == Set(set.intersection(among).map { .word($0) })) != isNegated
        case .other: return false
        }
    }

    private func has(_ word: String) -> Bool {
        values.contains { if case .word(let found) = $0 { found.lowercased() == word.lowercased() } else { false } }
    }

    private func has(_ number: Int) -> Bool {
        values.contains { value in
            switch value {
            case .word, .network, .span: false
            case .number(let found): found == number
            case .range(let low, let high): low <= number && number <= high
            }
        }
    }

    /// With nft's `*` and iptables' `+` for any end.
    private func names(_ interface: String) -> Bool {
        values.contains { value in
            guard case .word(let word) = value else { return false }
            if word.hasSuffix("*") || word.hasSuffix("+") { return interface.hasPrefix(word.dropLast()) }
            return word == interface
        }
    }

    /// For a sentence.
    var shown: String {
        let words = values.prefix(8).map { value in
            switch value {
            case .word(let word): ForeignText(word).escaped(limit: 40)
            case .number(let number): String(number)
            case .range(let low, let high): "\(low)-\(high)"
            case .network(let base, let length): "\(IPAddress.text(base))/\(length)"
            case .span(let low, let high): "\(IPAddress.text(low))-\(IPAddress.text(high))"
            }
        }
        let list = values.isEmpty ? "" : " " + words.joined(separator: ",") + (values.count > 8 ? ",..." : "")
        return "\(name)\(isNegated ? " not" : "")\(list)"
    }
}
