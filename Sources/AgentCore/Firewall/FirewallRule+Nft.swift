/// Rules as nft lists them (libnftables-json(5)).
extension FirewallRule {
    /// Named sets and maps by family, table and name, which rules refer to.
    typealias NamedSets = [String: [JSONValue]]

    static func key(_ family: String, _ table: String, _ name: String) -> String { "\(family) \(table) \(name)" }

    /// The rules that a listed one stands for: one; of a verdict map one for each of its elements.
    static func listed(_ object: JSONObject, _ sets: NamedSets) -> (family: String, table: String, chain: String, rules: [FirewallRule])? {
        guard let family = object.word("family"), let table = object.word("table"), let chain = object.word("chain"),
            let expressions = object["expr"]?.array?.compactMap(\.object)
        else { return nil }
        let named = { (name: String) in sets[key(family, table, name)] ?? [] }
        let conditions = expressions.compactMap { condition($0, named) }
        var rules: [FirewallRule] = []
        for expression in expressions {
            guard let map = expression["vmap"]?.object, let data = map["data"] else { continue }
            for pair in elements(data, named).compactMap(\.array) where pair.count == 2 {
                let (field, name) = Self.field(map["key"])
                let own = FirewallCondition(field, name, values(pair[0], named))
                rules.append(FirewallRule(verdict: pair[1].object.map { verdict(of: [$0]) } ?? .none, conditions: conditions + [own]))
            }
        }
        rules.append(FirewallRule(verdict: verdict(of: expressions), conditions: conditions))
        return (family, table, chain, rules)
    }

    private static func verdict(of expressions: [JSONObject]) -> Verdict {
        var verdict = Verdict.none
        for object in expressions {
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
        return verdict
    }

    private static func condition(_ expression: JSONObject, _ named: (String) -> [JSONValue]) -> FirewallCondition? {
        if let match = expression["match"]?.object {
            let (field, name) = field(match["left"])
            return FirewallCondition(
                field, name, match["right"].map { values($0, named) } ?? [], isNegated: match.word("op") == "!=")
        }
        for key in ["limit", "quota", "ct count", "fib", "vmap"] where expression[key] != nil {
            return key == "vmap" ? nil : FirewallCondition(.other, key)
        }
        // A match of iptables that nft names without saying what it asks.
        if let xt = expression["xt"]?.object, xt.word("type") == "match", xt.word("name") != "comment" {
            return FirewallCondition(.other, "xt")
        }
        return nil
    }

    /// What the left side of a match looks at.
    private static func field(_ left: JSONValue?) -> (FirewallCondition.Field, String) {
        guard let object = left?.object else { return (.other, "") }
        var name = ""
        if let payload = object["payload"]?.object { name = "\(payload.word("protocol") ?? "") \(payload.word("field") ?? "")" }
        if let key = object["meta"]?.object?.word("key") { name = key }
        if let key = object["ct"]?.object?.word("key") { name = "ct \(key)" }
        let field: FirewallCondition.Field =
            switch name {
            case "tcp dport", "th dport": .toPort
            case "tcp sport", "th sport": .fromPort
            case "l4proto", "ip protocol", "ip6 nexthdr": .transport
            case "nfproto", "protocol": .family
            case "icmpv6 type": .neighbourMessage
            case "ip6 hoplimit": .hopLimit
            case "iif", "iifname", "oif", "oifname": .interface
            case "ip saddr": .source(version: 4)
            case "ip6 saddr": .source(version: 6)
            case "ip daddr", "ip6 daddr": .destination
            case "ct state": .state
            default: .other
            }
        return (field, name)
    }

    private static func elements(_ value: JSONValue, _ named: (String) -> [JSONValue]) -> [JSONValue] {
        if let list = value.array { return list }
        if let set = value.object?["set"] { return elements(set, named) }
        if let name = value.string?.foreignText, name.bytes.first == UInt8(ascii: "@") {
            return named(String(decoding: name.bytes.dropFirst(), as: UTF8.self))
        }
        return []
    }

    /// The values that the right side of a match has in it.
    private static func values(_ value: JSONValue, _ named: (String) -> [JSONValue]) -> [FirewallCondition.Value] {
        if let text = value.string?.foreignText {
            let known = elements(value, named).flatMap { values($0) { _ in [] } }
            if !known.isEmpty { return known }
            return [.word(String(decoding: text.bytes, as: UTF8.self))]
        }
        if let number = value.integer { return [.number(number)] }
        if let list = value.array { return list.flatMap { values($0, named) } }
        guard let object = value.object else { return [] }
        if let set = object["set"] { return values(set, named) }
        // An element with a counter or a timeout of its own.
        if let element = object["elem"]?.object, let inner = element["val"] { return values(inner, named) }
        func address(_ value: JSONValue?) -> [UInt8]? { (value?.string).flatMap { SSHDAddress($0.foreignText.bytes) }?.bytes }
        if let prefix = object["prefix"]?.object, let base = address(prefix["addr"]), let length = prefix["len"]?.integer {
            return [.network(base, length)]
        }
        if let range = object["range"]?.array, range.count == 2, let low = address(range[0]), let high = address(range[1]) {
            return [.span(low, high)]
        }
        if let range = object["range"]?.array, range.count == 2, let low = range[0].integer, let high = range[1].integer {
            return [.range(low, high)]
        }
        return []
    }
}
