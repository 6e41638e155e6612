import AgentCore
import Testing

@Suite("sudoers lines") struct SudoersLinesTests {
    private static func removing(_ name: String, uid: UInt32? = 1001, from file: String) throws -> String {
        let user = try UserName(ForeignText(name))
        return String(decoding: SudoersLines.removing(user, uid: uid, from: Array(file.utf8)), as: UTF8.self)
    }

    @Test(
        "lose the user's own rules and no other byte",
        arguments: [
            ("al ALL=(ALL) ALL\nalice ALL=(ALL) NOPASSWD: ALL\n", "al ALL=(ALL) ALL\n"),
            ("alice ALL = (ALL) ALL\n", ""), ("\talice\tALL=(ALL) ALL\nbob ALL=ALL\n", "bob ALL=ALL\n"),
            ("\"alice\" ALL=(ALL:ALL) ALL\n", ""), ("alice ALL=(ALL) \\\n  ALL\nbob ALL=ALL\n", "bob ALL=ALL\n"),
            ("alice,bob ALL=ALL\n", "bob ALL=ALL\n"), ("bob , alice ALL=ALL\n", "bob ALL=ALL\n"),
            ("#1001 ALL=ALL\n#10012 ALL=ALL\n", "#10012 ALL=ALL\n"), ("Defaults:alice !requiretty\nDefaults x\n", "Defaults x\n"),
            ("bob ALL=ALL\nalice ALL=ALL", "bob ALL=ALL\n"),
        ])
    func removed(_ file: String, _ rest: String) throws {
        #expect(try Self.removing("alice", from: file) == rest)
    }

    @Test(
        "of others and about other things stay",
        arguments: [
            "# alice ALL=ALL\n", "%alice ALL=ALL\n", "alice.x ALL=ALL\n", "alice2 ALL=ALL\n", "ALICE ALL=ALL\n", "!alice ALL=ALL\n",
            "User_Alias ADMINS = alice\n", "@include /etc/sudoers.d/alice\n", "#include alice\n", "bob ALL=(alice) ALL\n",
            "bob ALL=ALL \\\nalice ALL=ALL\n", "Defaults alice\n", "\n\n", "al\\,ice ALL=ALL\n", "no newline",
        ])
    func kept(_ file: String) throws {
        #expect(try Self.removing("alice", from: file) == file)
    }

    @Test(
        "tell whether the folder is read",
        arguments: [
            ("@includedir /etc/sudoers.d\n", true), ("#includedir /etc/sudoers.d\n", true), ("@includedir \"/etc/sudoers.d/\"", true),
            ("# @includedir /etc/sudoers.d\n", false), ("@includedir /etc/sudoers.d2\n", false), ("@include /etc/sudoers.d\n", false),
            ("", false),
        ])
    func includes(_ file: String, _ expected: Bool) {
        #expect(SudoersLines.includesFolder(Array(file.utf8)) == expected)
    }
}
