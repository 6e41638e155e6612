/// One table, as `iptables -S` prints it (iptables(8)): the commands that would make it.
struct IptablesListing: Sendable {
    private(set) var policies: [String: String] = [:]
    private(set) var chains: [String] = []
    private(set) var rules: [(chain: String, rule: FirewallRule)] = []

    init(_ output: [UInt8]) {
        for line in output.split(separator: UInt8(ascii: "\n")) {
            let words = Self.words(line)
            guard words.count > 1 else { continue }
            switch words[0] {
            case "-P":
                chains.append(words[1])
                if words.count > 2 { policies[words[1]] = words[2] }
            case "-N": chains.append(words[1])
            case "-A": rules.append((words[1], Self.rule(words[2...])))
            default: continue
            }
        }
    }

    /// Quotes and backslashes as iptables-save(8) writes them.
    private static func words(_ line: some Collection<UInt8>) -> [String] {
        var words: [String] = []
        var word: [UInt8]?
        var isQuoted = false
        var isEscaped = false
        for byte in line {
            if isEscaped {
                word = (word ?? []) + [byte]
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
                word = word ?? []
            } else if byte == 0x20, !isQuoted {
                if let ended = word { words.append(String(decoding: ended, as: UTF8.self)) }
                word = nil
            } else {
                word = (word ?? []) + [byte]
            }
        }
        return words + (word.map { [String(decoding: $0, as: UTF8.self)] } ?? [])
    }

    /// Matches that ask nothing but by their options.
    private static let plainMatches: Set = [
        "tcp", "udp", "icmp", "icmp6", "multiport", "conntrack", "state", "comment", "addrtype", "hl",
    ]

    private static func rule(_ words: ArraySlice<String>) -> FirewallRule {
        var conditions: [FirewallCondition] = []
        var verdict = FirewallRule.Verdict.none
        var rest = words
        var isNegated = false
        func add(_ field: FirewallCondition.Field, _ name: String, _ values: [FirewallCondition.Value]) {
            conditions.append(FirewallCondition(field, name, values, isNegated: isNegated))
        }
        while let word = rest.popFirst() {
            if word == "!" {
                isNegated = true
                continue
            }
            defer { isNegated = false }
            switch word {
            case "-j", "-g":
                verdict = self.verdict(rest.popFirst() ?? "", returns: word == "-j")
                // What follows is the target's.
                return FirewallRule(verdict: verdict, conditions: conditions)
            case "-m":
                let name = rest.popFirst() ?? ""
                if !plainMatches.contains(name) { conditions.append(FirewallCondition(.other, name)) }
            case "-p": add(.transport, "protocol", values(rest.popFirst()))
            case "-s": add(.source(version: nil), "from", values(rest.popFirst()))
            case "-d": add(.destination, "to", values(rest.popFirst()))
            case "-i", "-o": add(.interface, "interface", [.word(rest.popFirst() ?? "")])
            case "--dport", "--dports": add(.toPort, "tcp dport", values(rest.popFirst()))
            case "--sport", "--sports": add(.fromPort, "tcp sport", values(rest.popFirst()))
            case "--ctstate", "--state": add(.state, "state", values(rest.popFirst()))
            case "--icmpv6-type": add(.neighbourMessage, "icmpv6 type", values(rest.popFirst()))
            case "--hl-eq": add(.hopLimit, "hop limit", values(rest.popFirst()))
            case "--dst-type": add(.destinationKind, "destination", values(rest.popFirst()))
            case "--tcp-flags":
                let among = Set((rest.popFirst() ?? "").split(separator: ",").map(String.init))
                add(.flags(among: among), "flags", values(rest.popFirst()).filter { $0 != .word("NONE") })
            case "--comment": _ = rest.popFirst()
            default:
                // An option that is not known here, or a value of one.
                if word.hasPrefix("-") { conditions.append(FirewallCondition(.other, word)) }
            }
        }
        return FirewallRule(verdict: verdict, conditions: conditions)
    }

    private static func verdict(_ target: String, returns: Bool) -> FirewallRule.Verdict {
        switch target {
        case "ACCEPT": .accept
        case "DROP": .refuse("drop")
        case "REJECT": .refuse("reject")
        case "RETURN": .back
        // A chain; or a target that lets the packet go on, of which there is no chain.
        default: .jump(target, returns: returns)
        }
    }

    /// `22`, `20:30`, `tcp`, `RELATED,ESTABLISHED`.
    private static func values(_ word: String?) -> [FirewallCondition.Value] {
        (word ?? "").split(separator: ",").map { part in
            if let number = Int(part) { return .number(number) }
            let ends = part.split(separator: ":").map { Int($0) }
            if ends.count == 2, let low = ends[0], let high = ends[1] { return .range(low, high) }
            return .word(String(part))
        }
    }
}
