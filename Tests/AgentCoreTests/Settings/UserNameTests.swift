import AgentCore
import Testing

@Suite("a user name") struct UserNameTests {
    @Test(
        "that is safe everywhere",
        arguments: [
            "bob", "Bob", "b", "_", "_apt", "bob.smith", "bob-smith", "bob_smith", "bob1", "machine$", "a$", "1abc", "007bond", "x-", "x.",
            "a..b", "all", "All", "defaults", "rooter", "Root", "false", "nobody", "1234567890123456789012345678901a",
            "abcdefghijklmnopqrstuvwxyzabcdef",
        ])
    func valid(_ name: String) throws {
        let read = try user(name)
        #expect(read.text == name)
        #expect(UserName(name) == read)
    }

    private static let alphabet = "; a user name is made of ASCII letters, digits, \"_\", \".\" and \"-\", and may end in \"$\""

    @Test(
        "that is none, and why",
        arguments: [
            ("bob\n", "\"bob\\x0a\" holds \"\\x0a\" at byte 4\(Self.alphabet)"),
            ("bob\r\nx", "\"bob\\x0d\\x0ax\" holds \"\\x0d\" at byte 4\(Self.alphabet)"),
            ("bob:x", "\"bob:x\" holds \":\" at byte 4\(Self.alphabet)"),
            ("bob smith", "\"bob smith\" holds \" \" at byte 4\(Self.alphabet)"),
            ("b/ob", "\"b/ob\" holds \"/\" at byte 2\(Self.alphabet)"),
            ("bo$b", "\"bo$b\" holds a \"$\" before the end at byte 3\(Self.alphabet)"),
            ("$", "\"$\" holds a \"$\" before the end at byte 1\(Self.alphabet)"),
            ("b\u{f6}b", "\"b\\xc3\\xb6b\" holds \"\\xc3\" at byte 2\(Self.alphabet)"),
            ("b\u{131}b", "\"b\\xc4\\xb1b\" holds \"\\xc4\" at byte 2\(Self.alphabet)"),
            ("%wheel", "\"%wheel\" holds \"%\" at byte 1\(Self.alphabet)"),
            ("#0", "\"#0\" holds \"#\" at byte 1\(Self.alphabet)"), ("bob*", "\"bob*\" holds \"*\" at byte 4\(Self.alphabet)"),
            ("+bob", "\"+bob\" holds \"+\" at byte 1\(Self.alphabet)"), ("~bob", "\"~bob\" holds \"~\" at byte 1\(Self.alphabet)"),
            ("bob,eve", "\"bob,eve\" holds \",\" at byte 4\(Self.alphabet)"),
            ("-x", "\"-x\" begins with \"-\", which programs take for an option; send another name"),
            (".", "\".\" begins with a dot, which makes it a directory or a hidden file; send another name"),
            ("..", "\"..\" begins with a dot, which makes it a directory or a hidden file; send another name"),
            (".bob", "\".bob\" begins with a dot, which makes it a directory or a hidden file; send another name"),
            ("1000", "\"1000\" has no letter, so that programs take it for a number; send a name with one"),
            ("0", "\"0\" has no letter, so that programs take it for a number; send a name with one"),
            ("10.0.0.1", "\"10.0.0.1\" has no letter, so that programs take it for a number; send a name with one"),
            ("1-2$", "\"1-2$\" has no letter, so that programs take it for a number; send a name with one"),
            ("ALL", "\"ALL\" is a reserved word of sudoers, where it does not mean a user; send another name"),
            (
                "abcdefghijklmnopqrstuvwxyzabcdefg",
                "\"abcdefghijklmnopqrstuvwxyzabcdefg\" is longer than 32 bytes; send a shorter name"
            ),
            ("", "\"\" is empty"),
        ])
    func invalid(_ name: String, _ message: String) {
        #expect(throws: Refusal(reason: "bad-username", message: "\"username\" \(message)")) { try user(name) }
        #expect(UserName(name) == nil)
    }

    @Test(
        "that sudoers reads as something else",
        arguments: [
            "ALL", "Defaults", "User_Alias", "Runas_Alias", "Host_Alias", "Cmnd_Alias", "Cmd_Alias", "include", "includedir", "CHROOT",
            "CWD", "ROLE", "TYPE", "TIMEOUT", "NOTBEFORE", "NOTAFTER", "APPARMOR_PROFILE", "PRIVS", "LIMITPRIVS", "NOPASSWD", "sudoedit",
            "sha256", "list",
        ])
    func reserved(_ name: String) {
        #expect(throws: Refusal.self) { try user(name) }
    }

    @Test("that is root's is refused in words of its own")
    func root() {
        #expect(
            refusal(#"{"username":"root","password":"P"}"#)
                == Refusal(
                    reason: "root-user",
                    message: "\"username\" is \"root\", whose account this agent never changes: "
                        + "name another user, who gets sudo and becomes root with it"))
        #expect(
            refusal(#"{"remove_user":"root"}"#).message
                == "\"remove_user\" is \"root\", whose account this agent never changes: name the user to be removed")
    }

    @Test("with NUL or broken UTF-8 in it, from whatever source", arguments: [[0x62, 0x00], [0x00], [0x62, 0xff]] as [[UInt8]])
    func bytes(_ bytes: [UInt8]) {
        #expect(throws: Refusal.self) { try UserName(ForeignText(bytes)) }
    }

    @Test("names its files so that no two users share one")
    func hexName() throws {
        #expect(try user("bob.$").hexName == "626f622e24")
        #expect(try Set(["a.b", "a-b", "a_b", "A.b", "ab", "a.b$"].map { try user($0).hexName }).count == 6)
    }

    @Test("that was sent to be removed is judged alike, and named so")
    func removal() {
        #expect(refusal(#"{"remove_user":"-x"}"#).message.hasPrefix("\"remove_user\" \"-x\" begins with"))
    }
}
