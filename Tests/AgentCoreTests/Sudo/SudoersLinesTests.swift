import AgentCore
import Testing

@Suite("sudoers lines") struct SudoersLinesTests {
    private static func removing(_ name: String, uid: UInt32? = 1001, group: UInt32? = nil, from file: String) throws -> String {
        let user = try UserName(ForeignText(name))
        return String(decoding: SudoersLines.removing(user, uid: uid, group: group, from: Array(file.utf8)), as: UTF8.self)
    }

    @Test(
        "lose the user's own rules and no other byte",
        arguments: [
            ("al ALL=(ALL) ALL\nalice ALL=(ALL) NOPASSWD: ALL\n", "al ALL=(ALL) ALL\n"),
            ("alice ALL = (ALL) ALL\n", ""), ("\talice\tALL=(ALL) ALL\nbob ALL=ALL\n", "bob ALL=ALL\n"),
            ("\"alice\" ALL=(ALL:ALL) ALL\n", ""), ("alice ALL=(ALL) \\\n  ALL\nbob ALL=ALL\n", "bob ALL=ALL\n"),
            ("alice,bob ALL=ALL\n", "bob ALL=ALL\n"), ("bob , alice ALL=ALL\n", "bob ALL=ALL\n"),
            ("#1001 ALL=ALL\n#10012 ALL=ALL\n", "#10012 ALL=ALL\n"), ("Defaults:alice !requiretty\nDefaults x\n", "Defaults x\n"),
            ("bob ALL=ALL\nalice ALL=ALL", "bob ALL=ALL\n"), ("bob, \\\n  alice ALL=ALL\n", "bob ALL=ALL\n"),
            ("Defaults:bob,alice !requiretty\n", "Defaults:bob !requiretty\n"),
        ])
    func removed(_ file: String, _ rest: String) throws {
        #expect(try Self.removing("alice", from: file) == rest)
    }

    @Test(
        "of others and about other things stay",
        arguments: [
            "# alice ALL=ALL\n", "%alice ALL=ALL\n", "alice.x ALL=ALL\n", "alice2 ALL=ALL\n", "ALICE ALL=ALL\n", "!alice ALL=ALL\n",
            "User_Alias ALICE = bob\n", "User_Alias A = !alice, alicex, ALICE\n", "Runas_Alias OPS = alice\n", "Host_Alias H = alice\n",
            "Cmnd_Alias C = alice\n", "User_Alias A =\n", "User_Alias A\n", "# User_Alias A = alice\n", "@include /etc/sudoers.d/alice\n",
            "#include alice\n", "bob ALL=(alice) ALL\n",
            "bob ALL=ALL \\\nalice ALL=ALL\n", "Defaults alice\n", "\n\n", "al\\,ice ALL=ALL\n", "no newline",
        ])
    func kept(_ file: String) throws {
        #expect(try Self.removing("alice", from: file) == file)
    }

    @Test(
        "name the user no more in an alias, which stays an alias",
        arguments: [
            ("User_Alias ADMINS = alice, bob\n", "User_Alias ADMINS = bob\n"),
            ("User_Alias ADMINS=bob,alice,carol\n", "User_Alias ADMINS=bob, carol\n"),
            ("User_Alias ADMINS = alice\nADMINS ALL=ALL\n", "User_Alias ADMINS = #4294967295\nADMINS ALL=ALL\n"),
            ("User_Alias\tA = alice:B=bob, alice : C = #1001\n", "User_Alias\tA = #4294967295:B=bob : C = #4294967295\n"),
            ("User_Alias A = %:alice, alice # both\n", "User_Alias A = %:alice # both\n"),
            ("User_Alias A = bob, \\\n    alice, \\\n    carol\n", "User_Alias A = bob, carol\n"),
            ("User_Alias A = \"alice\", \"al ice\"\n", "User_Alias A = \"al ice\"\n"),
        ])
    func aliases(_ file: String, _ rest: String) throws {
        #expect(try Self.removing("alice", from: file) == rest)
        #expect(try Self.removing("alice", from: rest) == rest)
    }

    @Test("go with the group of the user's name only where that goes too")
    func group() throws {
        let file = "%alice ALL=ALL\n%#1001 ALL=ALL\n%wheel, %alice ALL=ALL\nUser_Alias A = %alice\n"
        #expect(try Self.removing("alice", from: file) == file)
        #expect(try Self.removing("alice", group: 1001, from: file) == "%wheel ALL=ALL\nUser_Alias A = #4294967295\n")
    }

    @Test(
        "that lend the user's name to others are told by their number",
        arguments: [
            ("bob ALL=(alice) ALL\n", [1]), ("x ALL=ALL\nRunas_Alias OPS = bob, alice\n", [2]),
            ("bob ALL=(root, alice : adm) ALL\n", [1]), ("bob ALL=(bob) A, \\\n(alice) B\ncarol ALL=(\"alice\") C\n", [1, 3]),
            ("alice ALL=(ALL) ALL\nUser_Alias A = alice\nbob ALL=(alicex) ALL # (alice)x\nDefaults:alice x\n", []),
            ("Runas_Alias OPS = !alice\nCmnd_Alias A = /bin/x (alice)\n", []),
        ])
    func lending(_ file: String, _ lines: [Int]) throws {
        #expect(SudoersLines.lending(try UserName(ForeignText("alice")), in: Array(file.utf8)) == lines)
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
