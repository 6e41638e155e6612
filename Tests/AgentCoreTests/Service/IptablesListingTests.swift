import AgentCore
import Testing

@Suite struct IptablesListingTests {
    private static func openings(_ lines: [String], family: String = "ip", interfaces: [String] = []) -> [String] {
        var rules = FirewallRules()
        rules.read(Array(lines.joined(separator: "\n").utf8), .legacy, family: family, table: "filter")
        rules.interfaces = interfaces
        return rules.openings(for: 22).compactMap { if case .rule(let rule) = $0.way { rule.mark } else { nil } }
    }

    @Test(arguments: [
        "-A INPUT -p tcp -m tcp --dport 22 -j DROP",
        "-A INPUT -p tcp -m multiport --dports 20:30,443 -j REJECT --reject-with tcp-reset",
        "-A INPUT ! -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j DROP",
        "-A INPUT -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j DROP",
        "-A INPUT -m addrtype --dst-type LOCAL -m conntrack --ctstate NEW -j DROP",
        "-A INPUT -p tcp -m comment --comment \"not -j ACCEPT \\\" here\" -j DROP",
        "-A INPUT -j LOG --log-prefix \"seen -j ACCEPT\"\n-A INPUT -p tcp -m tcp ! --dport 80 -j DROP",
        "-N site\n-A INPUT -g site\n-A site -p tcp -j DROP\n-A INPUT -j ACCEPT",
    ])
    func aDropOfTheConnectionIsSeen(_ lines: String) {
        #expect(Self.openings(["-P INPUT ACCEPT", lines]).first == "vmaccess-agent-to-22")
    }

    @Test(arguments: [
        "-A INPUT -s 10.0.0.1/32 -p tcp -m tcp --dport 22 -j DROP",
        "-A INPUT -p udp -m udp --dport 22 -j DROP",
        "-A INPUT -p tcp -m tcp --dport 22 -m recent --update --seconds 30 --hitcount 6 --name DEFAULT -j DROP",
        "-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 3/min -j DROP",
        "-A INPUT -i lo -p tcp -m tcp --dport 22 -j DROP",
        "-A INPUT -m set --match-set banned src -j DROP",
        "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -j DROP\n-A INPUT -i lo -j ACCEPT",
        "-N site\n-A INPUT -j site\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A site -p tcp -j RETURN\n-A site -j DROP",
    ])
    func aRuleAboutSomethingElseIsLeftAlone(_ lines: String) {
        #expect(!Self.openings(["-P INPUT ACCEPT", lines]).contains("vmaccess-agent-to-22"))
    }

    @Test func neighboursOfIPv6AreAmongTheRules() {
        let accepts = ["135", "136"].map { "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type \($0) -m hl --hl-eq 255 -j ACCEPT" }
        let others = ["-A INPUT -i lo -j ACCEPT", "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT"]
        #expect(Self.openings(["-P INPUT DROP"] + others, family: "ip6") == ["vmaccess-agent-neighbour"])
        #expect(Self.openings(["-P INPUT DROP"] + others + accepts, family: "ip6") == [])
    }

    @Test func anInterfaceIsTheOneOfTheDefaultRoute() {
        let lines = ["-P INPUT DROP", "-A INPUT -i lo -j ACCEPT", "-A INPUT -i eth+ -p tcp -m tcp --dport 22 -j ACCEPT"]
        #expect(Self.openings(lines, interfaces: ["eth0"]) == [])
        #expect(Self.openings(lines, interfaces: ["wan0"]) == ["vmaccess-agent-to-22"])
    }

    @Test func defaultRoutesNameTheirInterfaces() {
        let ipv4 = """
            Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
            eth1\t004D000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
            eth0\t00000000\t014D000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
            """
        let zeros = String(repeating: "0", count: 32)
        let ipv6 =
            "\(zeros) 00 \(zeros) 00 fd770000000000000000000000000001 00000400 1 0 00000003     wan0\n"
            + "\(zeros) 00 \(zeros) 00 \(zeros) ffffffff 00000001 00000000 00200200       lo\n"
        #expect(DefaultRoutes.interfaces(ipv4: Array(ipv4.utf8), ipv6: Array(ipv6.utf8)) == ["eth0", "wan0"])
    }
}
