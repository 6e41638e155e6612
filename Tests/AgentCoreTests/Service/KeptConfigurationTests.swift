import AgentCore
import Testing

@Suite struct KeptConfigurationTests {
    private static let connections = ["127.0.0.1", "192.0.2.2"].map { address in
        SSHDConnection(
            user: ForeignText("alice"), userExists: true, groups: [ForeignText("alice"), ForeignText("sudo")],
            host: ForeignText(address), address: ForeignText(address))
    }

    private static func configuration(_ text: String) -> SSHDConfiguration {
        SSHDConfiguration.read(main: (ForeignText("/etc/ssh/sshd_config"), Array(text.utf8))) { _ in [] }
    }

    private static func kept(_ text: String, for user: String? = "alice", pristine: String = "UsePAM yes\n") throws -> [String] {
        let kept = KeptConfiguration(
            configuration(text), pristine: configuration(pristine), user: user.flatMap { UserName($0) }, connections: connections)
        let contents = String(decoding: kept.contents ?? [], as: UTF8.self)
        return contents.split(separator: "\n").dropFirst().map(String.init)
    }

    @Test(arguments: [
        ("PasswordAuthentication no\n", ["PasswordAuthentication no"]),
        ("PasswordAuthentication yes\nPasswordAuthentication no\n", []),
        ("  passwordauthentication=no\n", ["passwordauthentication=no"]),
        ("AllowUsers a\nAllowUsers b\n", ["AllowUsers a", "AllowUsers b"]),
        ("PermitRootLogin yes\n", []),
        ("PermitRootLogin no\n", ["PermitRootLogin no"]),
        ("Port 2222\nListenAddress 10.0.0.1\nUsePAM no\n", []),
        // A block is kept for everybody else.
        ("Match User bob\nX11Forwarding no\n", ["Match User bob", "X11Forwarding no"]),
        ("Match User alice\nPasswordAuthentication no\n", []),
        ("Match Group sudo\nForceCommand /bin/x\n", ["Match Group sudo User !alice,*", "ForceCommand /bin/x"]),
        ("Match all\nMaxSessions 2\n", ["Match User !alice,*", "MaxSessions 2"]),
        // Rules about other sources stay as they are.
        ("Match Address 10.0.0.0/8\nPasswordAuthentication no\n", ["Match Address 10.0.0.0/8", "PasswordAuthentication no"]),
        ("Match Address *\nPasswordAuthentication no\n", ["Match Address * User !alice,*", "PasswordAuthentication no"]),
    ])
    func keepsWhatIsStricterAndWhatIsOthers(_ text: String, _ expected: [String]) throws {
        #expect(try Self.kept(text) == expected)
    }

    @Test func keepsNothingButRootsLoginWithoutAUser() throws {
        let text = "PermitRootLogin no\nPasswordAuthentication no\nMatch User bob\nX11Forwarding no\n"
        #expect(try Self.kept(text, for: nil) == ["PermitRootLogin no"])
    }

    @Test func passesOverWhatTheDistributionSaysItself() throws {
        let text = "KbdInteractiveAuthentication no\n"
        #expect(try Self.kept(text, pristine: text) == [])
    }

    @Test(arguments: [
        "PasswordAuthentication no\nMatch Group sudo\nForceCommand /bin/x\nMatch all\nMaxSessions 2\nMatch User bob\nX11Forwarding no\n"
    ])
    func aSecondTimeKeepsTheSame(_ text: String) throws {
        let once = try Self.kept(text)
        #expect(try Self.kept(once.joined(separator: "\n") + "\n") == once)
    }

    @Test func dropsThePartOnALine() throws {
        var kept = KeptConfiguration(
            Self.configuration("PasswordAuthentication no\nMatch User bob\nNonsense yes\n"), pristine: Self.configuration(""),
            user: UserName("alice"), connections: Self.connections)
        // The header, the global line, Match, and its line: the fourth is what sshd names.
        let isDropped = kept.drop(line: 4, because: "Bad configuration option")
        #expect(isDropped)
        #expect(kept.parts.count == 1)
        #expect(kept.dropped == ["/etc/ssh/sshd_config:2 (Bad configuration option)"])
        let isHeader = kept.drop(line: 1, because: "the header")
        #expect(!isHeader)
    }

    @Test func writesNoCriteriaThatItCannotSpell() throws {
        let kept = KeptConfiguration(
            Self.configuration("Match Group \"domain users\"\nX11Forwarding no\n"), pristine: Self.configuration(""),
            user: UserName("alice"), connections: Self.connections)
        #expect(kept.contents == nil)
        #expect(kept.dropped.count == 1)
    }
}
