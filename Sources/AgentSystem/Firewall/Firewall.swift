internal import AgentCore
internal import Glibc

/// The kernel's packet filter, through the programs that keep it.
struct Firewall {
    private let guest: Guest

    init(_ guest: Guest) {
        self.guest = guest
    }

    /// A listing of so many bytes is read: some hundred thousand rules.
    private static let longest = 64 << 20

    /// All rules, of every program that keeps some, and who is to be asked to change them.
    func rules() -> Known<FirewallRules> {
        do throws(Fault) {
            var rules = FirewallRules()
            if (try? location(of: .nft)) != nil {
                guard let listed = try? FirewallRules(listing: listing([])) else { return .unknown("nft's listing is not understood") }
                rules = listed
            }
            for (family, table) in rules.iptablesCandidates { try read(family, table, .iptables, into: &rules) }
            for (family, file) in [("ip", "ip_tables_names"), ("ip6", "ip6_tables_names")] {
                let names = try guest.root.read("/proc/self/net/\(file)") ?? []
                let tables = names.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
                for table in tables where FirewallRules.iptablesTables.contains(table) { try read(family, table, .legacy, into: &rules) }
            }
            rules.interfaces = DefaultRoutes.interfaces(
                ipv4: try guest.root.read("/proc/self/net/route") ?? [], ipv6: try guest.root.read("/proc/self/net/ipv6_route") ?? [])
            rules.hasUfw = Ufw(guest).isEnabled && rules.hasUfwChains
            if rules.hasFirewalldChains { rules.zones = Firewalld(guest).zones() }
            return .known(rules)
        } catch {
            return .unknown(error.message)
        }
    }

    /// A table that iptables cannot read stays as nft lists it.
    private func read(
        _ family: String, _ table: String, _ keeper: FirewallOpening.Keeper, into rules: inout FirewallRules
    ) throws(Fault) {
        guard let tool = Self.iptables(keeper, family) else { return }
        var command = Command(tool, ["-w", "5", "-t", table, "-S"])
        command.outputLimit = Self.longest
        let outcome = try guest.processes.run(command)
        if outcome.succeeded { rules.read(outcome.output, keeper, family: family, table: table) }
    }

    private static func iptables(_ keeper: FirewallOpening.Keeper, _ family: String) -> Tool? {
        let isIPv4 = family == "ip"
        let names: [Tool] =
            switch keeper {
            case .nft: []
            case .iptables: isIPv4 ? [.iptablesNft, .iptables] : [.ip6tablesNft, .ip6tables]
            // Where there is but one, it is the old one.
            case .legacy: isIPv4 ? [.iptablesLegacy, .iptables] : [.ip6tablesLegacy, .ip6tables]
            }
        return names.first { (try? location(of: $0)) != nil }
    }

    /// What `rules` asks first.
    static func rulesQuestion(_ options: [String] = []) -> Command {
        var command = Command(.nft, ["-j"] + options + ["list", "ruleset"])
        command.outputLimit = Self.longest
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
        if rule.keeper != .nft {
            for match in packet.iptablesMatches { try guest.processes.require(Command(try iptables(rule, "-I", match))) }
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
        if rule.keeper != .nft {
            for match in packet.iptablesMatches {
                // Until there is none left: an insertion may have been carried out twice.
                for _ in 0..<4 where try !guest.processes.run(Command(try iptables(rule, "-D", match))).succeeded { break }
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

    private func iptables(_ rule: FirewallOpening.Rule, _ verb: String, _ match: [String]) throws(Fault) -> ToolCall {
        guard let tool = Self.iptables(rule.keeper, rule.family) else {
            throw Fault("change the table \(rule.family) \(rule.table)", cause: "\(rule.keeper.rawValue) is not installed")
        }
        let comment = ["-m", "comment", "--comment", rule.mark]
        return ToolCall(tool, ["-w", "5", "-t", rule.table, verb, rule.chain] + match + comment + ["-j", "ACCEPT"])
    }

    // MARK: for the next boot

    enum Persistence {
        /// The file that brings this chain back has the rule already.
        case held
        /// What it must become.
        case file(path: String, contents: [UInt8])
        /// None is known to bring it back.
        case unknown
    }

    func persistent(_ rule: FirewallOpening.Rule) throws(Fault) -> Persistence {
        guard let packet = rule.packet else { return .unknown }
        for path in Self.files(rule) {
            guard let bytes = try guest.root.read(path) else { continue }
            let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
            let added = rule.keeper == .nft ? Self.nftFile(lines, rule, packet) : Self.iptablesFile(lines, rule, packet)
            guard var added else { continue }
            while added.last?.isEmpty == true { added.removeLast() }
            let contents = Array(added.joined(separator: [0x0a])) + [0x0a]
            return contents == bytes ? .held : .file(path: path, contents: contents)
        }
        return .unknown
    }

    /// netfilter-persistent's and nftables' own on Debian; iptables' and nftables' services' on the Red Hat family.
    private static func files(_ rule: FirewallOpening.Rule) -> [String] {
        switch (rule.keeper, rule.family) {
        case (.nft, _): ["/etc/nftables.conf", "/etc/sysconfig/nftables.conf"]
        case (_, "ip"): ["/etc/iptables/rules.v4", "/etc/sysconfig/iptables"]
        default: ["/etc/iptables/rules.v6", "/etc/sysconfig/ip6tables"]
        }
    }

    private typealias Line = ArraySlice<UInt8>

    /// In the table's part of iptables-save(8)'s format, before it ends. nil where it has no such part.
    private static func iptablesFile(_ lines: [Line], _ rule: FirewallOpening.Rule, _ packet: FirewallPacket) -> [Line]? {
        guard let table = lines.firstIndex(where: { $0.elementsEqual("*\(rule.table)".utf8) }),
            let end = lines[table...].firstIndex(where: { $0.elementsEqual("COMMIT".utf8) })
        else { return nil }
        var lines = lines
        for match in packet.iptablesMatches {
            let comment = ["-m", "comment", "--comment", rule.mark, "-j", "ACCEPT"]
            let words = (["-I", rule.chain] + match + comment).joined(separator: " ")
            if !lines.contains(where: { $0.elementsEqual(words.utf8) }) { lines.insert(Array(words.utf8)[...], at: end) }
        }
        return lines
    }

    /// Only what the file itself makes may be added to in it: else it would fail, and no rule of it would be there.
    private static func nftFile(_ lines: [Line], _ rule: FirewallOpening.Rule, _ packet: FirewallPacket) -> [Line]? {
        let makes = lines.contains { line in
            let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: "{") }
            return words.count >= 3 && words[0].elementsEqual("table".utf8) && words[1].elementsEqual(rule.family.utf8)
                && words[2].elementsEqual(rule.table.utf8)
        }
        guard makes else { return nil }
        let words = insertion(rule, packet).joined(separator: " ")
        return lines.contains { $0.elementsEqual(words.utf8) } ? lines : lines + [Array(words.utf8)[...]]
    }
}
