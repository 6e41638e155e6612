import Testing

@testable import AgentCore

/// Rows agree with `match_pattern_list`, `match_user` and `addr_match_list`, compiled from OpenSSH 9.2p1 and 10.0p1.
@Suite("SSHD: patterns") struct SSHDPatternTests {
    static let patterns: [(String, String, Bool)] = [
        ("alice", "alice", true), ("alice", "a*", true), ("alice", "*", true), ("", "*", true), ("alice", "al?ce", true),
        ("alice", "?????", true), ("alice", "a*l*e", true), ("alice", "**e", true), ("alice", "*?", true),
        ("alice", "", false), ("", "", true), ("alice", "??????", false), ("alice", "Alice", false), ("alice", "lice", false),
        ("alice", "alic", false), ("", "?", false), ("a[b", "a[b", true), ("a\\", "a\\", true), ("a", "!a", false),
    ]

    @Test(arguments: patterns)
    func `one pattern`(_ text: String, _ pattern: String, _ isMatch: Bool) {
        #expect(SSHDPattern.matches(text.utf8, pattern.utf8) == isMatch)
    }

    static let lists: [(String, String, SSHDPattern.ListAnswer)] = [
        ("alice", "bob,alice", SSHDPattern.ListAnswer.match), ("alice", "alice,!alice", .negated), ("alice", "!bob", .none),
        ("alice", "*,!b*", .match), ("alice", "", .none), ("", "a,,b", .match), ("", "a,", .none), ("alice", "!", .none),
        ("!alice", "!!alice", .negated),
    ]

    @Test(arguments: lists)
    func `a list of patterns`(_ text: String, _ list: String, _ answer: SSHDPattern.ListAnswer) {
        #expect(SSHDPattern.list(text.utf8, ForeignText(list)) == answer)
    }

    @Test func `an entry longer than sshd can hold spoils what follows`() {
        let long = String(repeating: "x", count: 1023)
        #expect(SSHDPattern.list("alice".utf8, ForeignText("alice," + long)) == .none)
        #expect(SSHDPattern.list("alice".utf8, ForeignText("alice," + long.dropLast())) == .match)
        #expect(SSHDPattern.list("alice".utf8, ForeignText("!alice," + long)) == .negated)
    }

    static let addresses: [(String, String, Bool)] = [
        ("10.1.2.3", "10.0.0.0/8", true), ("10.1.2.3", "0/0", true), ("10.1.2.3", "10.66051", true), ("10.1.2.3", "012.1.2.3", true),
        ("10.1.2.3", "0xa010203", true), ("10.1.2.3", "10.1.2.2/31", true), ("10.1.2.2", "10.1.2.3", false),
        ("10.1.2.3", "10.1.2.3/032", true), ("10.1.2.3", "::ffff:10.1.2.3", false), ("10.1.2.3", "08.1.2.3", false),
        ("10.1.2.3", "10.1.2.3.0", false), ("10.1.2.3", "::/0", false), ("::1", "::0/127", true), ("::1", "0:0:0:0:0:0:0:1", true),
        ("2001:db8::5", "2001:DB8:0::5", true), ("2001:db8::5", "2001:db8::/32", true), ("2001:db8::5", "2001:db8::/33", true),
        ("fe80::1", "fe80::/10", true), ("fe80::1%eth0", "fe80::/10", false), ("fe80::1%eth0", "fe80::1*", true),
        ("::1", "1::2::3", false), ("::1", ":::1", false), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", true),
        ("1:2:3:4:5:6:102:304", "1:2:3:4:5:6:1.2.3.4", true), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::8", false),
        ("junk", "*", false),
    ]

    @Test(arguments: addresses)
    func `an address in a list`(_ address: String, _ list: String, _ isMatch: Bool) {
        let answer = SSHDPattern.addressList(ForeignText(address), ForeignText(list))
        #expect(answer == (isMatch ? .match : .none))
    }

    @Test(arguments: ["10.0.0.1/8", "10.0.0.0/33", "::/129", "", "*,", "!", "10.1.2.3/31"])
    func `a list of addresses that sshd refuses`(_ list: String) {
        #expect(SSHDPattern.addressList(ForeignText("9.9.9.9"), ForeignText(list)) == .invalid)
    }
}

@Suite("SSHD: who is admitted") struct SSHDAccessTests {
    static let users: [(String, Bool)] = [
        ("alice", true), ("a*", true), ("bob", false), ("ALICE", false), ("!bob", false), ("alice@10.1.2.3", true),
        ("alice@10.0.0.0/8", true), ("alice@client.example.com", true), ("alice@*.EXAMPLE.com", true), ("*@10.1.*", true),
        ("alice@11.0.0.0/8", false), ("bob@10.0.0.0/8", false), ("alice@10.0.0.0/8,!10.1.2.3", false),
        ("alice@10.0.0.0/8,!*.example.com", false), ("alice@*,!10.1.0.0/16", false), ("alice,bob", false),
    ]

    @Test(arguments: users)
    func `a pattern of AllowUsers`(_ pattern: String, _ isAdmitted: Bool) {
        let verdict = SSHDFixture(main: "AllowUsers \(pattern)\n").read().admission(of: .alice)
        #expect((verdict == .admitted) == isAdmitted)
    }

    @Test func `a refusal names its line`() {
        let fixture = SSHDFixture(main: "AllowUsers alice\nInclude sshd_config.d/*\n", dropIns: ["a": "\nDenyUsers x al* y\n"])
        guard case .refused(.deniedUser(let rule)) = fixture.read().admission(of: .alice) else {
            Issue.record("alice is admitted")
            return
        }
        #expect(rule.line?.place == "a:2")
        #expect(rule.pattern == ForeignText("al*"))
    }

    /// The order of `allowed_user` in auth.c.
    @Test func `users come before groups, and what denies before what allows`() {
        func verdict(_ lines: String...) -> String {
            switch SSHDFixture(main: lines.joined(separator: "\n")).read().admission(of: .alice) {
            case .admitted: "admitted"
            case .unknown: "unknown"
            case .refused(.deniedUser): "denied user"
            case .refused(.notAmongAllowedUsers): "not among users"
            case .refused(.inNoGroup): "no group"
            case .refused(.deniedGroup(let group, _)): "denied \(group.escaped())"
            case .refused(.notAmongAllowedGroups): "not among groups"
            }
        }
        #expect(verdict("AllowGroups x", "DenyGroups sudo", "AllowUsers x", "DenyUsers alice") == "denied user")
        #expect(verdict("AllowGroups x", "DenyGroups sudo", "AllowUsers x") == "not among users")
        #expect(verdict("AllowGroups x", "DenyGroups s*", "AllowUsers alice") == "denied sudo")
        #expect(verdict("AllowGroups x", "AllowUsers alice") == "not among groups")
        #expect(verdict("AllowGroups x users", "DenyGroups !sudo") == "admitted")
        #expect(verdict("MaxAuthTries 3") == "admitted")
    }

    @Test func `lists of groups refuse a user in none, and say nothing where groups are not known`() {
        var nobody = SSHDConnection.alice
        let config = SSHDFixture(main: "DenyGroups x\n").read()
        nobody.groups = []
        #expect(config.admission(of: nobody) == .refused(.inNoGroup))
        nobody.groups = nil
        #expect(config.admission(of: nobody) == .unknown(.groupsUnknown))
    }

    /// 9.2 cuts `USER@HOST` at the first `@`, 10.0 at the last.
    @Test func `versions of sshd that cut a pattern differently`() {
        var domain = SSHDConnection.alice
        domain.user = ForeignText("alice@corp")
        let config = SSHDFixture(main: "AllowUsers alice@corp@10.0.0.0/8\n").read()
        #expect(config.admission(of: domain) == .unknown(.versionsDiffer))
    }

    @Test func `a host name that is not known may matter or not`() {
        var connection = SSHDConnection.alice
        connection.host = nil
        let head = "UseDNS yes\nAllowUsers "
        #expect(SSHDFixture(main: head + "alice@10.0.0.0/8\n").read().admission(of: connection) == .admitted)
        #expect(SSHDFixture(main: head + "alice@*.x\n").read().admission(of: connection) == .unknown(.hostUnknown))
        #expect(SSHDFixture(main: head + "alice@10.*,!*.x\n").read().admission(of: connection) == .unknown(.hostUnknown))
        #expect(SSHDFixture(main: head + "alice@*.x alice\n").read().admission(of: connection) == .admitted)
    }
}
