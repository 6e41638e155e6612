/// The kernel's packet filter, as `nft -j list ruleset` prints it (libnftables-json(5)), and who gets through it.
package struct FirewallRules: Sendable {
    package enum Hook: String, Hashable, Sendable { case prerouting, input, output }

    struct Chain: Sendable {
        let family: String
        let table: String
        let name: String
        /// nil: reached only by a jump.
        let hook: Hook?
        let priority: Int
        let drops: Bool
        var rules: [FirewallRule] = []
    }

    private(set) var chains: [Chain] = []
    /// Rules of ours in tables of iptables', where nft does not tell what a rule about ICMPv6 asks.
    package var present: Set<FirewallOpening.Rule> = []

    /// Whether ip6tables has rules in this table.
    package var hasIPv6Filter: Bool {
        chains.contains { $0.family == "ip6" && $0.table == "filter" && ["INPUT", "OUTPUT"].contains($0.name) }
    }

    package struct NotRules: Error, Sendable {}

    /// - Throws: where it is no listing of nft's.
    package init(listing: JSONValue) throws(NotRules) {
        guard let entries = listing.object?["nftables"]?.array else { throw NotRules() }
        for entry in entries {
            guard let object = entry.object else { continue }
            if let chain = object["chain"]?.object, let made = Self.chain(chain) { chains.append(made) }
            if let rule = object["rule"]?.object, let made = FirewallRule(rule),
                let index = chains.firstIndex(where: { $0.family == made.family && $0.table == made.table && $0.name == made.chain })
            {
                chains[index].rules.append(made)
            }
        }
    }

    /// No rules at all.
    package init() {}

    private static func chain(_ object: JSONObject) -> Chain? {
        guard let family = object.word("family"), let table = object.word("table"), let name = object.word("name") else {
            return nil
        }
        let isFilter = object.word("type") == "filter"
        return Chain(
            family: family, table: table, name: name, hook: isFilter ? object.word("hook").flatMap(Hook.init) : nil,
            priority: object["prio"]?.integer ?? 0, drops: object.word("policy") == "drop")
    }

    /// What must be put in so that connections to `port` get through and their answers out; empty where they do.
    package func openings(for port: UInt16) -> [FirewallOpening] {
        var found: [FirewallOpening] = []
        for chain in chains {
            guard let hook = chain.hook, ["ip", "ip6", "inet"].contains(chain.family) else { continue }
            var packets: [FirewallPacket] =
                hook == .output ? [.reply(port), .loopbackRequest(port)] : [.request(port), .loopbackReply(port)]
            if chain.family != "ip" { packets.append(.neighbour) }
            for packet in packets {
                guard let reason = blocked(packet, by: chain) else { continue }
                let rule = FirewallOpening.Rule(family: chain.family, table: chain.table, chain: chain.name, mark: packet.mark)
                if packet == .neighbour, present.contains(rule) { continue }
                found.append(FirewallOpening(rule: rule, reason: reason))
            }
        }
        return found
    }

    /// What refuses connections to `port` from there, in either version of IP; nil where nothing does.
    package func refusal(of port: UInt16, from source: FirewallSource) -> String? {
        var versions = [4, 6]
        if case .address(let address) = source { versions = [address.bytes.count == 4 ? 4 : 6] }
        for version in versions {
            if let reason = refusal(of: port, version, from: source) { return reason }
        }
        return nil
    }

    private func refusal(of port: UInt16, _ version: Int, from source: FirewallSource) -> String? {
        var budget = 20_000
        for chain in chains where chain.hook == .input || chain.hook == .prerouting {
            guard chain.family == "inet" || chain.family == (version == 4 ? "ip" : "ip6") else { continue }
            switch walk(chain, .request(port), version, depth: 0, &budget, from: source) {
            case .accepted: continue
            case .blocked(let reason): return reason
            case .passed: if chain.drops { return "the policy of the chain \(Self.shown(chain)) is drop" }
            }
        }
        return nil
    }

    /// Why a base chain drops this packet, for everybody who may send it; nil where it does not.
    private func blocked(_ packet: FirewallPacket, by chain: Chain) -> String? {
        // However rules jump: so many are looked at, and no more.
        var budget = 20_000
        // In an inet table a rule may be about one of both families.
        let versions = chain.family == "inet" ? [4, 6] : [chain.family == "ip" ? 4 : 6]
        for version in versions where packet != .neighbour || version == 6 {
            switch walk(chain, packet, version, depth: 0, &budget) {
            case .accepted: continue
            case .blocked(let reason): return reason
            case .passed: if chain.drops { return "the policy of the chain \(Self.shown(chain)) is drop" }
            }
        }
        return nil
    }

    private enum End {
        case accepted
        case blocked(String)
        case passed
    }

    private func walk(
        _ chain: Chain, _ packet: FirewallPacket, _ version: Int, depth: Int, _ budget: inout Int, from source: FirewallSource = .everybody
    ) -> End {
        for rule in chain.rules {
            budget -= 1
            if budget < 0 || depth > 16 { return .passed }
            guard rule.applies(to: packet, version: version, from: source) else { continue }
            switch rule.verdict {
            case .none: continue
            case .accept: return .accepted
            case .refuse(let word): return .blocked("\"\(rule.shown) \(word)\" in the chain \(Self.shown(chain))")
            case .back: return .passed
            case .jump(let name, let returns):
                let next = chains.first { $0.family == chain.family && $0.table == chain.table && $0.name == name }
                guard let next else { continue }
                let end = walk(next, packet, version, depth: depth + 1, &budget, from: source)
                if case .passed = end, returns { continue }
                return end
            }
        }
        return .passed
    }

    private static func shown(_ chain: Chain) -> String {
        [chain.family, chain.table, chain.name].map { ForeignText($0).escaped(limit: 60) }.joined(separator: " ")
    }
}

extension JSONObject {
    func word(_ key: String) -> String? {
        present(key)?.string.map { String(decoding: $0.foreignText.bytes, as: UTF8.self) }
    }
}
