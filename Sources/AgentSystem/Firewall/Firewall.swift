internal import AgentCore
internal import Glibc

/// The kernel's packet filter, through the programs that keep it.
struct Firewall {
    private let guest: Guest

    init(_ guest: Guest) {
        self.guest = guest
    }

    /// All rules, those of iptables too where it uses nf_tables.
    func rules() -> Known<FirewallRules> {
        guard (try? location(of: .nft)) != nil else { return .known(FirewallRules()) }
        do throws(Fault) {
            let listing = try listing([])
            guard var rules = try? FirewallRules(listing: listing) else { return .unknown("nft's listing is not understood") }
            if rules.hasIPv6Filter { rules.present = neighbourRules() }
            return .known(rules)
        } catch {
            return .unknown(error.message)
        }
    }

    /// Our rules for neighbours in ip6tables' filter table.
    private func neighbourRules() -> Set<FirewallOpening.Rule> {
        var found: Set<FirewallOpening.Rule> = []
        for chain in ["INPUT", "OUTPUT"] {
            let rule = FirewallOpening.Rule(family: "ip6", table: "filter", chain: chain, mark: FirewallPacket.neighbour.mark)
            let checks = FirewallPacket.neighbour.iptablesMatches.map { Command(iptables(rule, "-C", $0)) }
            let isThere = guest.processes.runTogether(checks).allSatisfy { (try? $0.get())?.succeeded == true }
            if isThere { found.insert(rule) }
        }
        return found
    }

    /// What `rules` asks first.
    static func rulesQuestion(_ options: [String] = []) -> Command {
        var command = Command(.nft, ["-j"] + options + ["list", "ruleset"])
        command.outputLimit = 8 << 20
        return command
    }

    private func listing(_ options: [String]) throws(Fault) -> JSONValue {
        let outcome = try guest.processes.require(Self.rulesQuestion(options))
        guard let document = try? JSONReader.read(Secret(copying: outcome.output)) else {
            throw Fault("read the firewall's rules", cause: "nft's listing is no JSON")
        }
        return document.root
    }

    /// Puts the rule in, at the head of its chain.
    func insert(_ rule: FirewallOpening.Rule) throws(Fault) {
        guard let packet = rule.packet else { throw Fault("open the firewall", cause: "\(rule.mark) is no rule of ours") }
        if rule.isIptables {
            for match in packet.iptablesMatches { try guest.processes.require(Command(iptables(rule, "-I", match))) }
        } else {
            try guest.processes.require(Command(.nft, ["--"] + Self.insertion(rule, packet)))
        }
    }

    /// In the words of nft(8), on a command line and in a file.
    private static func insertion(_ rule: FirewallOpening.Rule, _ packet: FirewallPacket) -> [String] {
        ["insert", "rule", rule.family, rule.table, rule.chain] + packet.nftMatch + ["accept", "comment", "\"\(rule.mark)\""]
    }

    /// Takes out every rule in the chain that has the mark.
    func remove(_ rule: FirewallOpening.Rule) throws(Fault) {
        guard let packet = rule.packet else { return }
        if rule.isIptables {
            for match in packet.iptablesMatches {
                // Until there is none left: an insertion may have been carried out twice.
                for _ in 0..<4 where try !guest.processes.run(Command(iptables(rule, "-D", match))).succeeded { break }
            }
            return
        }
        guard let entries = try listing(["-a"]).object?["nftables"]?.array else { return }
        for entry in entries {
            guard let object = entry.object?["rule"]?.object, let handle = object["handle"]?.integer,
                object["comment"]?.string?.spells(rule.mark) == true, object["family"]?.string?.spells(rule.family) == true,
                object["table"]?.string?.spells(rule.table) == true, object["chain"]?.string?.spells(rule.chain) == true
            else { continue }
            let words = ["delete", "rule", rule.family, rule.table, rule.chain, "handle", String(handle)]
            try guest.processes.require(Command(.nft, ["--"] + words))
        }
    }

    private func iptables(_ rule: FirewallOpening.Rule, _ verb: String, _ match: [String]) -> ToolCall {
        let comment = ["-m", "comment", "--comment", rule.mark]
        let place = ["-w", "5", "-t", rule.table, verb, rule.chain]
        return ToolCall(rule.family == "ip" ? .iptables : .ip6tables, place + match + comment + ["-j", "ACCEPT"])
    }

    // MARK: for the next boot

    /// The file that brings this chain back at boot, as it must become; nil where none is known to, or it says so already.
    func persistent(_ rule: FirewallOpening.Rule) throws(Fault) -> (path: String, contents: [UInt8])? {
        guard let packet = rule.packet else { return nil }
        let path = rule.isIptables ? "/etc/iptables/rules.\(rule.family == "ip" ? "v4" : "v6")" : "/etc/nftables.conf"
        guard let bytes = try guest.root.read(path) else { return nil }
        var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        if rule.isIptables {
            guard let table = lines.firstIndex(where: { $0.elementsEqual("*\(rule.table)".utf8) }),
                let end = lines[table...].firstIndex(where: { $0.elementsEqual("COMMIT".utf8) })
            else { return nil }
            for match in packet.iptablesMatches {
                let comment = ["-m", "comment", "--comment", rule.mark, "-j", "ACCEPT"]
                let words = (["-I", rule.chain] + match + comment).joined(separator: " ")
                if !lines.contains(where: { $0.elementsEqual(words.utf8) }) { lines.insert(Array(words.utf8)[...], at: end) }
            }
        } else {
            // Only what the file itself makes may be added to in it: else it would fail, and no rule of it would be there.
            let makes = lines.contains { line in
                let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: "{") }
                return words.count >= 3 && words[0].elementsEqual("table".utf8) && words[1].elementsEqual(rule.family.utf8)
                    && words[2].elementsEqual(rule.table.utf8)
            }
            let words = Self.insertion(rule, packet).joined(separator: " ")
            guard makes, !lines.contains(where: { $0.elementsEqual(words.utf8) }) else { return nil }
            lines.append(Array(words.utf8)[...])
        }
        let contents = Array(lines.joined(separator: [0x0a])) + [0x0a]
        return contents == bytes ? nil : (path, contents)
    }
}
