/// The kernel's packet filter, as the programs print it that keep its tables, and who gets through it.
package struct FirewallRules: Sendable {
    package enum Hook: String, Hashable, Sendable { case prerouting, input, output }

    struct Chain: Sendable {
        let keeper: FirewallOpening.Keeper
        let family: String
        let table: String
        let name: String
        /// nil: reached only by a jump.
        let hook: Hook?
        let drops: Bool
        var rules: [FirewallRule] = []
    }

    private(set) var chains: [Chain] = []
    /// Where each chain is among `chains`.
    private var places: [String: Int] = [:]
    /// Interfaces that connections from elsewhere come by; none: not known.
    package var interfaces: [String] = []
    /// Zones of firewalld's that strangers' connections come in by; nil: it does not run.
    package var zones: [String]?
    /// Whether ufw is enabled.
    package var hasUfw = false

    package struct NotRules: Error, Sendable {}

    /// - Parameter listing: what `nft -j list ruleset` printed (libnftables-json(5)).
    /// - Throws: where it is none.
    package init(listing: JSONValue) throws(NotRules) {
        guard let entries = listing.object?["nftables"]?.array?.compactMap(\.object) else { throw NotRules() }
        var sets: FirewallRule.NamedSets = [:]
        for entry in entries {
            guard let set = (entry["set"] ?? entry["map"])?.object, let family = set.word("family"), let table = set.word("table"),
                let name = set.word("name")
            else { continue }
            sets[FirewallRule.key(family, table, name)] = set["elem"]?.array
        }
        for entry in entries {
            if let chain = entry["chain"]?.object, let made = Self.chain(chain) { add(made) }
            if let object = entry["rule"]?.object, let made = FirewallRule.listed(object, sets),
                let place = places[FirewallRule.key(made.family, made.table, made.chain)]
            {
                chains[place].rules += made.rules
            }
        }
    }

    /// No rules at all.
    package init() {}

    private mutating func add(_ chain: Chain) {
        // Tables of both backends may have the same name; only those of one keeper jump to each other.
        places[Self.key(chain.keeper, chain.family, chain.table, chain.name)] = chains.count
        chains.append(chain)
    }

    private static func key(_ keeper: FirewallOpening.Keeper, _ family: String, _ table: String, _ name: String) -> String {
        (keeper == .nft ? "" : "\(keeper.rawValue) ") + FirewallRule.key(family, table, name)
    }

    private static func chain(_ object: JSONObject) -> Chain? {
        guard let family = object.word("family"), let table = object.word("table"), let name = object.word("name") else {
            return nil
        }
        let isFilter = object.word("type") == "filter"
        return Chain(
            keeper: .nft, family: family, table: table, name: name, hook: isFilter ? object.word("hook").flatMap(Hook.init) : nil,
            drops: object.word("policy") == "drop")
    }

    // MARK: tables of iptables

    /// Tables that can stop a connection (iptables(8)).
    package static let iptablesTables = ["filter", "raw", "mangle", "security"]

    /// Those that nft lists and iptables may have made, by family.
    package var iptablesCandidates: [(family: String, table: String)] {
        ["ip", "ip6"].flatMap { family in
            Self.iptablesTables.filter { table in chains.contains { $0.family == family && $0.table == table } }.map { (family, $0) }
        }
    }

    /// Takes what `iptables -S` printed of a table, which says more of it than nft does, in place of what nft said.
    package mutating func read(_ output: [UInt8], _ keeper: FirewallOpening.Keeper, family: String, table: String) {
        if keeper == .iptables { forget(family, table) }
        let listing = IptablesListing(output)
        for name in listing.chains {
            let hook: Hook? =
                switch name {
                case "INPUT": .input
                case "OUTPUT": .output
                case "PREROUTING": .prerouting
                default: nil
                }
            let isBase = listing.policies[name] != nil
            add(
                Chain(
                    keeper: keeper, family: family, table: table, name: name, hook: isBase ? hook : nil,
                    drops: listing.policies[name] == "DROP"))
        }
        for (chain, rule) in listing.rules {
            if let place = places[Self.key(keeper, family, table, chain)] { chains[place].rules.append(rule) }
        }
    }

    private mutating func forget(_ family: String, _ table: String) {
        let kept = chains.filter { $0.keeper != .nft || $0.family != family || $0.table != table }
        chains = []
        places = [:]
        for chain in kept { add(chain) }
    }

    /// Whether the kernel has what ufw, or firewalld, puts there.
    package var hasUfwChains: Bool { chains.contains { $0.name == "ufw-user-input" } }
    package var hasFirewalldChains: Bool { chains.contains { $0.table == "firewalld" || $0.name == "INPUT_ZONES" } }

    // MARK: who gets through

    /// What must be put in so that connections to `port` get through and their answers out; empty where they do. Whatever manages the
    /// rule that blocks is asked first.
    package func openings(for port: UInt16) -> [FirewallOpening] {
        var found: [FirewallOpening] = []
        for opening in kernelOpenings(for: port) {
            for way in managed(opening, port) where !found.contains(where: { $0.way == way }) {
                found.append(FirewallOpening(way: way, reason: opening.reason))
            }
        }
        return found
    }

    /// The same by rules alone.
    package func kernelOpenings(for port: UInt16) -> [FirewallOpening] {
        var found: [FirewallOpening] = []
        for chain in chains {
            guard let hook = chain.hook, ["ip", "ip6", "inet"].contains(chain.family) else { continue }
            var packets: [FirewallPacket] =
                hook == .output ? [.reply(port), .loopbackRequest(port)] : [.request(port), .loopbackReply(port)]
            if chain.family != "ip" { packets.append(.neighbour) }
            for packet in packets {
                guard let reason = blocked(packet, by: chain) else { continue }
                let rule = FirewallOpening.Rule(
                    keeper: chain.keeper, family: chain.family, table: chain.table, chain: chain.name, mark: packet.mark)
                found.append(FirewallOpening(way: .rule(rule), reason: reason))
            }
        }
        return found
    }

    /// ufw and firewalld keep connections in; what they do not, is put in by a rule.
    private func managed(_ opening: FirewallOpening, _ port: UInt16) -> [FirewallOpening.Way] {
        guard case .rule(let rule) = opening.way, rule.packet == .request(port) else { return [opening.way] }
        if hasUfw, rule.keeper != .nft, rule.table == "filter", rule.chain == "INPUT" { return [.ufw(port: port)] }
        if let zones, rule.table == "firewalld", !zones.isEmpty { return zones.map { .firewalld(zone: $0, port: port) } }
        return [opening.way]
    }

    /// So many rules are followed for one packet through one chain, and no more, however they jump.
    private static let most = 200_000

    /// What refuses connections to `port` from there, in either version of IP; nil where nothing does.
    package func refusal(of port: UInt16, from source: FirewallSource) -> String? {
        var versions = [4, 6]
        if case .address(let address) = source { versions = [address.bytes.count == 4 ? 4 : 6] }
        for version in versions {
            let reason = chains.lazy.filter { $0.hook == .input || $0.hook == .prerouting }
                .filter { $0.family == "inet" || $0.family == (version == 4 ? "ip" : "ip6") }
                .compactMap { blocked(.request(port), by: $0, [version], from: source) }.first
            if let reason { return reason }
        }
        return nil
    }

    /// Why a base chain drops this packet, for everybody who may send it; nil where it does not.
    private func blocked(_ packet: FirewallPacket, by chain: Chain) -> String? {
        // In an inet table a rule may be about one of both families.
        let versions = packet == .neighbour ? [6] : chain.family == "inet" ? [4, 6] : [chain.family == "ip" ? 4 : 6]
        return blocked(packet, by: chain, versions, from: .everybody)
    }

    private func blocked(_ packet: FirewallPacket, by chain: Chain, _ versions: [Int], from source: FirewallSource) -> String? {
        var budget = Self.most
        let ways: [String?] = interfaces.isEmpty || packet.isLocal ? [nil] : interfaces
        for version in versions {
            for interface in ways {
                for isAnswer in packet == .neighbour ? [false, true] : [false] {
                    let travel = FirewallTravel(
                        packet: packet, version: version, interface: interface, isAnswer: isAnswer, source: source)
                    switch walk(chain, travel, depth: 0, &budget) {
                    case .accepted: continue
                    case .blocked(let reason): return reason
                    case .passed: if chain.drops { return "the policy of the chain \(Self.shown(chain)) is drop" }
                    }
                }
            }
        }
        return nil
    }

    private enum End {
        case accepted
        case blocked(String)
        case passed
    }

    private func walk(_ chain: Chain, _ travel: FirewallTravel, depth: Int, _ budget: inout Int) -> End {
        for rule in chain.rules {
            budget -= 1
            // What cannot be followed to its end is opened: a needless rule does no harm, a closed port does.
            if budget < 0 { return .blocked("rules of the chain \(Self.shown(chain)), too many to be followed") }
            // No deeper than the kernel itself goes.
            if depth > 16 { return .passed }
            guard rule.applies(to: travel) else { continue }
            switch rule.verdict {
            case .none: continue
            case .accept: return .accepted
            case .refuse(let word): return .blocked("\"\(rule.shown) \(word)\" in the chain \(Self.shown(chain))")
            case .back: return .passed
            case .jump(let name, let returns):
                guard let place = places[Self.key(chain.keeper, chain.family, chain.table, name)] else { continue }
                let end = walk(chains[place], travel, depth: depth + 1, &budget)
                if case .passed = end, returns { continue }
                return end
            }
        }
        return .passed
    }

    private static func shown(_ chain: Chain) -> String {
        let place = [chain.family, chain.table, chain.name].map { ForeignText($0).escaped(limit: 60) }.joined(separator: " ")
        return chain.keeper == .legacy ? "\(place) (\(chain.keeper.rawValue))" : place
    }
}

extension JSONObject {
    func word(_ key: String) -> String? {
        present(key)?.string.map { String(decoding: $0.foreignText.bytes, as: UTF8.self) }
    }
}
