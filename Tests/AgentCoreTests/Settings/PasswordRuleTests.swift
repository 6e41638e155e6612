import AgentCore
import Testing

@Suite("a password") struct PasswordRuleTests {
    private static func rule(_ bytes: some Collection<UInt8>) -> String? {
        do {
            try PasswordRule.check(Secret(copying: bytes))
            return nil
        } catch {
            #expect(error.reason == "bad-password")
            return error.message
        }
    }

    @Test(
        "that every program takes",
        arguments: [
            "x", "P@ss w0rd", "'\"$`\\!#%&", "  ", "x,}", "True", "p\u{e4}ssw\u{f6}rt", "\u{5bc6}\u{7801}", "\u{1f639}", "\u{a0}\u{ff}",
            String(repeating: "x", count: 256), String(repeating: "x", count: 511), String(repeating: "\u{e4}", count: 255),
            "- --", "bob:x",
        ])
    func valid(_ password: String) {
        #expect(Self.rule(password.utf8) == nil)
    }

    @Test(
        "with a control character",
        arguments: ["a\nb", "a\r\nb", "a\n", "\t", "a\u{0}b", "\u{1b}[2J", "a\u{7f}", "\u{4}", "a\u{85}b", "\u{9b}2J", "\u{80}"])
    func control(_ password: String) {
        #expect(
            Self.rule(password.utf8)
                == "\"password\" holds a control character, such as a line feed or a tab, that no prompt takes; send it without")
    }

    @Test("too long for crypt(3)", arguments: [String(repeating: "x", count: 512), String(repeating: "\u{e4}", count: 256)])
    func long(_ password: String) {
        #expect(
            Self.rule(password.utf8) == "\"password\" is longer than 511 bytes, more than crypt(3) takes; "
                + "letters beyond ASCII have 2 to 4 bytes; send a shorter one")
    }

    @Test("that is not UTF-8", arguments: [[0xff], [0x61, 0xc3], [0xc2], [0xed, 0xa0, 0x80]] as [[UInt8]])
    func encoding(_ bytes: [UInt8]) {
        #expect(Self.rule(bytes) == "\"password\" is not valid UTF-8")
    }

    @Test("of settings arrives as it was sent, and is never told")
    func settings() throws {
        let read = try request(#"{"username":"bob","password":"p\"\u00e4$\\x,} "}"#)
        #expect(read.user?.password?.matches(secret("p\"\u{e4}$\\x,} ")) == true)
        let refused = refusal(#"{"username":"bob","password":"Hunter2\n"}"#)
        #expect(!secret("Hunter2").occurs(in: Array(refused.message.utf8)))
    }
}
