import AgentCore
import Testing

@Suite struct FirewallRulesTests {
    /// A chain at a hook, and the `expr` of its rules.
    private static func openings(
        _ hook: String, policy: String = "accept", family: String = "ip", _ rules: [String]
    ) throws -> [String] {
        try listing(hook, policy: policy, family: family, rules).openings(for: 22).compactMap {
            if case .rule(let rule) = $0.way { rule.mark } else { nil }
        }
    }

    private static func listing(
        _ hook: String, policy: String = "accept", family: String = "ip", _ rules: [String]
    ) throws -> FirewallRules {
        let base = #""type":"filter","hook":"\#(hook)","prio":0,"policy":"\#(policy)""#
        let chain = #"{"chain":{"family":"\#(family)","table":"t","name":"c",\#(base)}}"#
        let listed = rules.map { #"{"rule":{"family":"\#(family)","table":"t","chain":"c","expr":[\#($0)]}}"# }
        let text = #"{"nftables":[\#(([chain] + listed).joined(separator: ","))]}"#
        let document = try JSONReader.read(Secret(copying: Array(text.utf8)))
        return try FirewallRules(listing: document.root)
    }

    private static func match(_ field: String, _ right: String, op: String = "==") -> String {
        let words = field.split(separator: " ")
        let left =
            words.count == 2
            ? #"{"payload":{"protocol":"\#(words[0])","field":"\#(words[1])"}}"#
            : words[0] == "state" ? #"{"ct":{"key":"state"}}"# : #"{"meta":{"key":"\#(words[0])"}}"#
        return #"{"match":{"op":"\#(op)","left":\#(left),"right":\#(right)}}"#
    }

    private static let drop = #"{"drop":null}"#
    private static let accept = #"{"accept":null}"#

    @Test(arguments: [
        [match("tcp dport", "22") + "," + drop],
        [match("tcp dport", #"{"set":[80,{"range":[20,30]}]}"#) + "," + drop],
        [match("tcp dport", "80", op: "!=") + "," + #"{"reject":{"type":"tcp reset"}}"#],
        [match("l4proto", #""tcp""#) + "," + drop],
        [match("ip saddr", #""10.0.0.1""#, op: "!=") + "," + match("tcp dport", "22") + "," + drop],
        [match("ip saddr", #""10.0.0.1""#) + "," + accept, match("tcp dport", "22") + "," + drop],
        [match("state", #"["established","related"]"#) + "," + accept, match("tcp dport", "22") + "," + drop],
    ])
    func aDropOfTheConnectionIsSeen(_ rules: [String]) throws {
        #expect(try Self.openings("input", rules).first == "vmaccess-agent-to-22")
    }

    @Test(arguments: [
        [match("tcp dport", "80") + "," + drop],
        [match("udp dport", "22") + "," + drop],
        [match("ip saddr", #""10.0.0.1""#) + "," + drop],
        [match("iifname", #""lo""#) + "," + match("tcp dport", "22") + "," + drop],
        [match("state", #""invalid""#) + "," + drop],
        [#"{"limit":{"rate":3,"per":"minute"}},"# + drop],
        [match("tcp dport", "22") + "," + accept, match("tcp dport", "22") + "," + drop],
        [#"{"xt":{"type":"match","name":"recent"}},"# + drop],
    ])
    func aRuleAboutSomethingElseIsLeftAlone(_ rules: [String]) throws {
        #expect(try Self.openings("input", rules) == [])
    }

    @Test(arguments: [
        (#""10.0.0.1""#, "10.0.0.1", true), (#""10.0.0.1""#, "10.0.0.2", false),
        (#"{"prefix":{"addr":"10.0.0.0","len":8}}"#, "10.255.0.1", true), (#"{"prefix":{"addr":"10.0.0.0","len":8}}"#, "11.0.0.1", false),
        (#"{"range":["10.0.0.5","10.0.0.9"]}"#, "10.0.0.9", true), (#"{"range":["10.0.0.5","10.0.0.9"]}"#, "10.0.0.10", false),
        (#"{"set":["192.0.2.1",{"prefix":{"addr":"10.0.0.0","len":24}}]}"#, "10.0.0.77", true),
        (#""@banned""#, "10.0.0.1", false),
    ])
    func aRuleAboutAddressesIsAskedAboutOne(_ right: String, _ address: String, _ covers: Bool) throws {
        let source = FirewallSource.address(try #require(SSHDAddress(Array(address.utf8))))
        let drops = try Self.listing("input", [Self.match("ip saddr", right) + "," + Self.drop])
        #expect((drops.refusal(of: 22, from: source) != nil) == covers)
        let admits = try Self.listing("input", policy: "drop", [Self.match("ip saddr", right) + "," + Self.accept])
        #expect((admits.refusal(of: 22, from: source) == nil) == covers)
    }

    @Test func aListOfAddressesThatMayComeIsNoClosedFirewall() throws {
        let some = try Self.listing("input", policy: "drop", [Self.match("ip saddr", #""10.0.0.1""#) + "," + Self.accept])
        #expect(some.refusal(of: 22, from: .somebody) == nil)
        let none = try Self.listing("input", policy: "drop", family: "inet", [Self.match("ip saddr", #""10.0.0.1""#) + "," + Self.drop])
        #expect(none.refusal(of: 22, from: .somebody) != nil)
        // One version of IP that is closed is closed, whatever the other is.
        #expect(try Self.listing("input", [Self.match("tcp dport", "22") + "," + Self.drop]).refusal(of: 22, from: .somebody) != nil)
    }

    @Test func aPolicyClosesTheLoopbackAndNeighboursToo() throws {
        #expect(
            try Self.openings("input", policy: "drop", family: "inet", [])
                == ["vmaccess-agent-to-22", "vmaccess-agent-lo-from-22", "vmaccess-agent-neighbour"])
        #expect(try Self.openings("output", policy: "drop", []) == ["vmaccess-agent-from-22", "vmaccess-agent-lo-to-22"])
    }

    @Test func whatCannotBeFollowedToItsEndIsOpened() throws {
        let jumps = Array(repeating: #"{"jump":{"target":"c"}}"#, count: 30)
        #expect(try Self.openings("input", jumps).first == "vmaccess-agent-to-22")
    }

    @Test(arguments: [
        (#"{"set":[[22,{"drop":null}],[80,{"accept":null}]]}"#, true), (#"{"set":[[80,{"drop":null}]]}"#, false),
        (#"{"set":[[22,{"accept":null}],[{"range":[1,30]},{"drop":null}]]}"#, false),
    ])
    func aVerdictMapIsReadThrough(_ map: String, drops: Bool) throws {
        let key = #"{"payload":{"protocol":"tcp","field":"dport"}}"#
        let found = try Self.openings("input", [#"{"vmap":{"key":\#(key),"data":\#(map)}}"#])
        #expect(found == (drops ? ["vmaccess-agent-to-22"] : []))
    }

    @Test(arguments: [FirewallPacket.request(22), .reply(2222), .neighbour, .loopbackReply(22), .loopbackRequest(1)])
    func aMarkNamesItsPacket(_ packet: FirewallPacket) {
        #expect(FirewallPacket(mark: packet.mark) == packet)
    }
}
