import AgentCore
import Testing

@Suite struct UserBlockTests {
    private static func effective(_ lines: String) throws -> EffectiveConfiguration {
        try EffectiveConfiguration(output: Array("port 22\nusepam yes\n\(lines)".utf8))
    }

    private static func settings(
        _ lines: String, password: Bool = true, key: Bool = true, covers: Bool = true
    ) throws -> [String] {
        let user = try #require(UserName("alice"))
        return UserBlock(
            user, password: password, key: key, effective: try effective(lines), groups: [ForeignText("alice")], covers: covers
        ).settings
    }

    static let open = "passwordauthentication yes\npubkeyauthentication yes\n"

    @Test func saysNothingWhereNothingIsClosed() throws {
        #expect(try Self.settings(Self.open) == [])
    }

    @Test(arguments: [
        ("passwordauthentication no\nkbdinteractiveauthentication no\npubkeyauthentication yes\n", ["PasswordAuthentication yes"]),
        ("passwordauthentication no\nkbdinteractiveauthentication yes\npubkeyauthentication yes\n", []),
        ("passwordauthentication yes\npubkeyauthentication no\n", ["PubkeyAuthentication yes"]),
        (open + "authenticationmethods publickey,password\n", ["AuthenticationMethods any"]),
        (open + "authenticationmethods any\n", []),
        (open + "allowusers somebody\n", ["AllowUsers alice"]),
        (open + "allowusers alice\n", []),
        (open + "denygroups alice\n", ["DenyGroups vmaccess-agent-nobody"]),
        (open + "allowgroups wheel\n", ["AllowGroups *"]),
    ])
    func saysWhatIsClosed(_ lines: String, _ expected: [String]) throws {
        #expect(try Self.settings(lines) == expected)
    }

    @Test func withoutAResetOnlyPasswordLoginIsOpened() throws {
        let lines = "passwordauthentication no\npubkeyauthentication no\nallowusers somebody\nauthenticationmethods publickey\n"
        #expect(try Self.settings(lines, covers: false) == ["PasswordAuthentication yes"])
    }

    @Test func theBlockInTheMainFileEndsForEverybodyElse() throws {
        let user = try #require(UserName("alice"))
        let block = UserBlock(user, password: true, key: false, effective: nil, groups: nil, covers: false)
        let file = SSHDFile(path: ForeignText("/etc/ssh/sshd_config"), bytes: Array("Port 22\n".utf8))
        let text = String(decoding: file.setting(try block.block(), at: .beforeFirstDirective), as: UTF8.self)
        #expect(text.hasPrefix("# BEGIN vmaccess-agent user-616c696365\nMatch User alice\n    PasswordAuthentication yes\nMatch all\n"))
        #expect(text.hasSuffix("Port 22\n"))
    }
}
