import Testing

@testable import AgentCore

extension SSHDDecidingCase: CustomTestStringConvertible {
    var testDescription: String { name }
}

@Suite("SSHD: which line decides") struct SSHDDecidingTests {
    @Test(arguments: SSHDDecidingCase.grammar + SSHDDecidingCase.order + SSHDDecidingCase.blocks)
    func `the line that sshd goes by`(_ row: SSHDDecidingCase) {
        let decision = row.fixture.read().deciding(row.keyword, for: .alice)
        #expect(decision.places == row.lines)
        if decision != .standard {
            // Two keywords print all their values on one line.
            let isOneLine = ["authorizedkeysfile", "ipqos"].contains(row.keyword)
            let words = decision.lines.flatMap(\.arguments).map { sshdText($0.bytes) }
            #expect(words.joined(separator: isOneLine ? " " : ";") == row.value)
        }
    }

    @Test(arguments: SSHDDecidingCase.holding)
    func `a block that holds`(_ criteria: String) {
        #expect(SSHDDecidingCase.criteria(criteria).read().deciding("maxauthtries", for: .alice).places == ["sshd_config:3"])
    }

    @Test(arguments: SSHDDecidingCase.failing)
    func `a block that does not hold`(_ criteria: String) {
        #expect(SSHDDecidingCase.criteria(criteria).read().deciding("maxauthtries", for: .alice).places == ["sshd_config:1"])
    }

    @Test(arguments: SSHDDecidingCase.refused)
    func `nothing is claimed about a block that sshd refuses`(_ criteria: String) {
        let decision = SSHDDecidingCase.criteria(criteria).read().deciding("maxauthtries", for: .alice)
        #expect(decision.places == ["?sshd_config:3", "?sshd_config:1"])
    }

    @Test func `the criteria around a line are told, the outermost first`() throws {
        let fixture = SSHDFixture(
            main: "Match User alice\nInclude sshd_config.d/*\n", dropIns: ["a": "Match Group sudo\nPermitTTY no\n"])
        let config = fixture.read()
        let line = try #require(config.deciding("PermitTTY", for: .alice).lines.first)
        let blocks = config.blocks(around: line)
        #expect(blocks.map(\.line) == [1, 1])
        #expect(blocks.map(\.match.readings) == [[[.user(ForeignText("alice"))]], [[.group(ForeignText("sudo"))]]])
    }

    /// As printed by `sshd -T -C user=alice -o PasswordAuthentication=no -o Port=2222 -o MaxAuthTries=3`.
    @Test func `options of the service come before every file, and a block overrides them`() {
        let main = "PasswordAuthentication yes\nPort 22\nMaxAuthTries 5\nMatch User alice\nMaxAuthTries 4\n"
        let options = ["PasswordAuthentication=no", "Port=2222", "MaxAuthTries=3"]
        let config = SSHDFixture(main: main).read(options: options)
        #expect(config.deciding("passwordauthentication", for: .alice).places == ["command-line:0"])
        #expect(config.deciding("port", for: .alice).places == ["command-line:0", "sshd_config:2"])
        #expect(config.deciding("maxauthtries", for: .alice).places == ["sshd_config:5"])
    }

    @Test func `a file included twice counts twice, and is kept once`() {
        let include = "Include sshd_config.d/a\n"
        let config = SSHDFixture(main: include + include, dropIns: ["a": "AllowUsers x\n"]).read()
        #expect(config.deciding("allowusers", for: .alice).places == ["a:1", "a:1"])
        #expect(config.files.count == 2)
    }
}

@Suite("SSHD: what cannot be judged") struct SSHDUncertaintyTests {
    /// alice, of whom nothing else is known.
    private let stranger = SSHDConnection(user: ForeignText("alice"))

    static let grounds: [(String, SSHDUncertainty)] = [
        ("Group sudo", SSHDUncertainty.groupsUnknown), ("Host *.x", .hostUnknown), ("Address 10.*", .addressUnknown),
        ("LocalAddress 10.*", .localAddressUnknown), ("LocalPort 22", .localPortUnknown), ("RDomain x", .routingDomainUnknown),
        ("Invalid-User", .accountUnknown), ("Version *", .serverVersionUnknown), ("LocalPort ssh", .serviceName),
    ]

    @Test(arguments: grounds)
    func `a block about what is not known`(_ criteria: String, _ reason: SSHDUncertainty) {
        let decision = SSHDDecidingCase.criteria(criteria).read().deciding("maxauthtries", for: stranger)
        guard case .unknown(reason, let lines) = decision else {
            Issue.record("\(decision)")
            return
        }
        // Either the block's line decides, or the global one.
        #expect(lines.map(\.line) == [3, 1])
    }

    @Test func `what is not known does not matter where another criterion fails`() {
        let decision = SSHDDecidingCase.criteria("Group sudo User bob").read().deciding("maxauthtries", for: stranger)
        #expect(decision.places == ["sshd_config:1"])
    }

    @Test func `what is not known does not matter for a keyword that no block may set`() {
        let main = "Match Group sudo\nMaxAuthTries 3\nMatch all\nUsePAM yes\n"
        #expect(SSHDFixture(main: main).read().deciding("usepam", for: stranger).places == ["sshd_config:4"])
    }

    @Test func `a host is the address, as long as sshd looks no name up`() {
        var connection = SSHDConnection.alice
        connection.host = nil
        let block = "Match Host 10.1.*\nMaxAuthTries 3\n"
        for (dns, places) in [("", ["sshd_config:2"]), ("UseDNS no\n", ["sshd_config:3"]), ("UseDNS yes\n", ["?sshd_config:3"])] {
            let decision = SSHDFixture(main: dns + block).read().deciding("maxauthtries", for: connection)
            #expect(decision.places == places)
        }
    }

    /// `Match User = bob` names bob to 9.2 (`sshd -T` shows it) and is refused by 10.0; `'alice'` means two things.
    @Test func `versions of sshd that read criteria differently`() {
        var bob = SSHDConnection.alice
        bob.user = ForeignText("bob")
        #expect(SSHDDecidingCase.criteria("User = bob").read().deciding("maxauthtries", for: bob).places == ["sshd_config:3"])
        let quoted = SSHDDecidingCase.criteria("User 'alice'").read()
        #expect(quoted.deciding("maxauthtries", for: .alice).places == ["?sshd_config:3", "?sshd_config:1"])
        #expect(quoted.deciding("maxauthtries", for: bob).places == ["sshd_config:1"])
    }

    /// 9.2 printed 9, 10.0 printed 3.
    @Test func `versions of sshd that choose differently among lines`() {
        let config = SSHDFixture(main: "PerSourceMaxStartups 3\nPerSourceMaxStartups 9\n").read()
        #expect(config.deciding("persourcemaxstartups", for: .alice).places == ["?sshd_config:1", "?sshd_config:2"])
        let same = SSHDFixture(main: "PerSourceMaxStartups 3\nPerSourceMaxStartups 3\n").read()
        #expect(same.deciding("persourcemaxstartups", for: .alice).places == ["sshd_config:1"])
    }

    /// sshd takes 16 levels, and at the 17th says "Too many recursive configuration includes".
    @Test(arguments: [(16, true), (17, false)])
    func `includes nest sixteen deep`(_ depth: Int, _ isAccepted: Bool) {
        var fixture = SSHDFixture(main: "Include sshd_config.d/1\n")
        for level in 1..<depth { fixture.dropIns["\(level)"] = "Include sshd_config.d/\(level + 1)\n" }
        fixture.dropIns["\(depth)"] = "MaxAuthTries 3\n"
        let config = fixture.read()
        #expect(config.isComplete == isAccepted)
        #expect(config.deciding("maxauthtries", for: .alice).places == (isAccepted ? ["16:1"] : []))
        #expect(config.complaints.map(\.kind) == (isAccepted ? [] : [.tooDeep]))
    }

    @Test func `includes that multiply come to an end`() {
        let twelve = String(repeating: "Include sshd_config.d/*\n", count: 12)
        var fixture = SSHDFixture(main: "Include sshd_config.d/a0\n")
        for level in 0..<12 { fixture.dropIns["a\(level)"] = twelve.replacing("*", with: "a\(level + 1)") }
        fixture.dropIns["a12"] = "UsePAM yes\n"
        let config = fixture.read()
        #expect(config.complaints.map(\.kind) == [.tooMuch])
        #expect(config.deciding("maxauthtries", for: .alice) == .unknown(.incomplete, among: []))
    }

    @Test func `a file that includes itself comes to an end`() {
        let config = SSHDFixture(main: "Include sshd_config.d/a\n", dropIns: ["a": "Include sshd_config.d/a\n"]).read()
        #expect(config.complaints.map(\.kind) == [.tooDeep])
    }

    /// The text of `sshd -t` to the same lines: "no argument after keyword", "invalid quotes", "Bad Match condition".
    @Test func `lines that sshd refuses whatever the keyword`() {
        let main = "Port\nBanner \"x\nMatch exec true\nMaxAuthTries 3 # \"\nInclude # none\n"
        let complaints = SSHDFixture(main: main).read().complaints
        #expect(complaints.map(\.line) == [1, 2, 3, 5])
        #expect(complaints.map(\.kind) == [.flaw(.noArgument), .flaw(.unbalancedQuotes), .badMatch, .noPattern])
    }
}

@Suite("SSHD: large configurations") struct SSHDVolumeTests {
    /// Four times the blocks take about four times as long, not sixteen. The best of three, since others share the cores.
    /// Each block seen once for each other would be ten billion: that does not end.
    @Test(.timeLimit(.minutes(2))) func `a hundred thousand blocks`() {
        let count = 100_000
        let blocks = String(repeating: "Match User nobody\nPasswordAuthentication no\n", count: count)
        let decision = SSHDFixture(main: blocks + "Match User alice\nPasswordAuthentication yes\n").read()
            .deciding("passwordauthentication", for: .alice)
        #expect(decision.places == ["sshd_config:\(2 * count + 2)"])
    }

    @Test func `a line of a megabyte`() {
        let users = String(repeating: "user ", count: 200_000)
        let config = SSHDFixture(main: "AllowUsers " + users + "alice\n").read()
        let arguments = config.deciding("allowusers", for: .alice).lines.first?.arguments
        #expect(arguments?.count == 200_001)
        #expect(config.admission(of: .alice) == .admitted)
    }

    @Test func `a megabyte of short lines`() {
        let config = SSHDFixture(main: String(repeating: "\n#\n", count: 330_000) + "MaxAuthTries 3\n").read()
        #expect(config.deciding("maxauthtries", for: .alice).places == ["sshd_config:660001"])
    }

    @Test func `a pattern made to take for ever`() {
        let stars = String(repeating: "*a", count: 500) + "*b"
        let name = ForeignText(String(repeating: "a", count: 2000))
        #expect(!SSHDPattern.matches(name.bytes, stars.utf8))
    }
}
