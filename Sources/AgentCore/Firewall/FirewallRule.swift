/// Whom a question to the firewall is about.
package enum FirewallSource: Sendable {
    /// Whoever: a rule about certain addresses is not about them.
    case everybody
    /// Whoever the rules mean to let in.
    case somebody
    case address(SSHDAddress)
}

/// One rule: what it is about, as far as it bears on a packet of SSH's, and what it says.
struct FirewallRule: Sendable {
    enum Verdict: Hashable, Sendable {
        case none, accept, back
        /// `drop` or `reject`.
        case refuse(String)
        case jump(String, returns: Bool)
    }

    let family: String
    let table: String
    let chain: String
    let verdict: Verdict
    private let expressions: [JSONValue]

    init?(_ object: JSONObject) {
        guard let family = object.word("family"), let table = object.word("table"), let chain = object.word("chain"),
            let expressions = object["expr"]?.array
        else { return nil }
        self.family = family
        self.table = table
        self.chain = chain
        self.expressions = expressions
        var verdict = Verdict.none
        for expression in expressions {
            guard let object = expression.object else { continue }
            if object["accept"] != nil { verdict = .accept }
            if object["return"] != nil { verdict = .back }
            if object["drop"] != nil { verdict = .refuse("drop") }
            if object["reject"] != nil { verdict = .refuse("reject") }
            if let target = object["jump"]?.object?.word("target") { verdict = .jump(target, returns: true) }
            if let target = object["goto"]?.object?.word("target") { verdict = .jump(target, returns: false) }
            if let target = object["xt"]?.object, target.word("type") == "target" {
                switch target.word("name") {
                case "REJECT": verdict = .refuse("reject")
                case "DROP": verdict = .refuse("drop")
                default: break
                }
            }
        }
        self.verdict = verdict
    }

    /// What it is about, for a sentence.
    var shown: String {
        let words = expressions.compactMap { expression -> String? in
            guard let match = expression.object?["match"]?.object, let right = match["right"] else { return nil }
            return "\(Self.name(match["left"])) \(Self.text(right))"
        }
        return words.isEmpty ? "everything" : words.joined(separator: " ")
    }

    /// Whether it is about such a packet, whoever sends it, or for one from `source`. A rule about certain other senders is not, nor one that is only sometimes so
    /// (a rate, a set, a match that is not known here).
    func applies(to packet: FirewallPacket, version: Int, from source: FirewallSource = .everybody) -> Bool {
        expressions.allSatisfy { expression in
            guard let object = expression.object else { return true }
            if let match = object["match"]?.object, let right = match["right"],
                Self.name(match["left"]) == (version == 4 ? "ip saddr" : "ip6 saddr")
            {
                let isNegated = match.word("op") == "!="
                switch source {
                case .everybody: break
                case .somebody: if case .refuse = verdict { return isNegated } else { return true }
                case .address(let address): if let covers = Self.covers(right, address) { return covers != isNegated }
                }
            }
            if let match = object["match"]?.object { return Self.holds(match, packet, version) }
            if object["limit"] != nil || object["quota"] != nil || object["ct count"] != nil || object["fib"] != nil { return false }
            if let xt = object["xt"]?.object, xt.word("type") == "match" { return mayHold(xt.word("name")) }
            return true
        }
    }

    /// Matches of iptables that nft names without saying what they ask.
    private func mayHold(_ name: String?) -> Bool {
        switch name {
        case "comment": return true
        // Which ports it lists is not told: to open one that is open does no harm, to leave one closed does.
        case "multiport": if case .refuse = verdict { return true } else { return false }
        default: return false
        }
    }

    private static func holds(_ match: JSONObject, _ packet: FirewallPacket, _ version: Int) -> Bool {
        guard let right = match["right"] else { return false }
        let isNegated = match.word("op") == "!="
        func equal(_ word: String, _ number: Int? = nil) -> Bool { contains(right, word, number) != isNegated }
        switch name(match["left"]) {
        case "tcp dport", "th dport":
            // Where it is the other side's, the port may be any.
            return packet.ports.to.map { equal(String($0), Int($0)) } ?? false
        case "tcp sport", "th sport":
            return packet.ports.from.map { equal(String($0), Int($0)) } ?? false
        case "l4proto", "ip protocol", "ip6 nexthdr":
            return packet == .neighbour ? equal("ipv6-icmp", 58) || (!isNegated && contains(right, "icmpv6", 58)) : equal("tcp", 6)
        case "nfproto": return equal(version == 4 ? "ipv4" : "ipv6")
        case "protocol": return equal(version == 4 ? "ip" : "ip6")
        case "icmpv6 type":
            if packet != .neighbour { return false }
            return (contains(right, "nd-neighbor-solicit", 135) && contains(right, "nd-neighbor-advert", 136)) != isNegated
        case "iif", "iifname", "oif", "oifname":
            // Connections from elsewhere do not come by the loopback; which other interface they take is not known.
            return contains(right, "lo", nil) ? isNegated != packet.isLocal : !packet.isLocal || isNegated
        case "ip saddr", "ip6 saddr", "ip daddr", "ip6 daddr":
            // Everybody but some is nearly everybody.
            return isNegated
        case "state":
            if packet == .neighbour { return contains(right, "untracked", nil) != isNegated }
            return equal(packet.ports.from == nil ? "new" : "established")
        default: return false
        }
    }

    /// Whether an address, prefix, range, list or set has this address in it; nil where it cannot be told (a named set).
    private static func covers(_ value: JSONValue, _ source: SSHDAddress) -> Bool? {
        func address(_ value: JSONValue?) -> [UInt8]? {
            (value?.string).flatMap { SSHDAddress($0.foreignText.bytes) }?.bytes
        }
        if let text = value.string {
            if text.foreignText.bytes.first == UInt8(ascii: "@") { return nil }
            return address(value) == source.bytes
        }
        if let list = value.array {
            var isKnown = true
            for part in list {
                guard let covers = covers(part, source) else {
                    isKnown = false
                    continue
                }
                if covers { return true }
            }
            return isKnown ? false : nil
        }
        guard let object = value.object else { return nil }
        if let set = object["set"] { return covers(set, source) }
        if let prefix = object["prefix"]?.object, let base = address(prefix["addr"]), let length = prefix["len"]?.integer {
            guard base.count == source.bytes.count, length >= 0, length <= base.count * 8 else { return false }
            return (0..<length).allSatisfy { bit in
                let mask: UInt8 = 0x80 >> UInt8(bit % 8)
                return (base[bit / 8] ^ source.bytes[bit / 8]) & mask == 0
            }
        }
        if let range = object["range"]?.array, range.count == 2, let low = address(range[0]), let high = address(range[1]) {
            guard low.count == source.bytes.count, high.count == low.count else { return false }
            return !source.bytes.lexicographicallyPrecedes(low) && !high.lexicographicallyPrecedes(source.bytes)
        }
        return nil
    }

    /// What the left side of a match looks at.
    private static func name(_ left: JSONValue?) -> String {
        guard let object = left?.object else { return "" }
        if let payload = object["payload"]?.object { return "\(payload.word("protocol") ?? "") \(payload.word("field") ?? "")" }
        return object["meta"]?.object?.word("key") ?? object["ct"]?.object?.word("key") ?? ""
    }

    /// Whether a value, list, set or range has this word or number in it.
    private static func contains(_ value: JSONValue, _ word: String, _ number: Int?) -> Bool {
        if let text = value.string { return text.spells(word) }
        if let found = value.integer { return found == number }
        if let list = value.array { return list.contains { contains($0, word, number) } }
        guard let object = value.object else { return false }
        if let set = object["set"] { return contains(set, word, number) }
        if let range = object["range"]?.array, range.count == 2, let low = range[0].integer, let high = range[1].integer, let number {
            return low <= number && number <= high
        }
        return false
    }

    private static func text(_ value: JSONValue) -> String {
        if let text = value.string { return text.foreignText.escaped(limit: 40) }
        if let number = value.integer { return String(number) }
        if let list = value.array { return list.prefix(8).map(text).joined(separator: ",") }
        if let object = value.object, let set = object["set"] { return "{\(text(set))}" }
        if let object = value.object, let range = object["range"]?.array { return range.map(text).joined(separator: "-") }
        return "..."
    }
}
