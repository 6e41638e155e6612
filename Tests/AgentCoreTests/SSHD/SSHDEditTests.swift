import Testing

@testable import AgentCore

@Suite("SSHD: edits of a file") struct SSHDEditTests {
    private func file(_ content: String) -> SSHDFile {
        SSHDFile(path: SSHDFixture.mainPath, bytes: Array(content.utf8))
    }

    @Test(arguments: ["", "\n", "Port 22", "\r\n\r\n#\r\n", "a\0b\nc\n", "\0\0", "Port 22\nMatch all\n\n\n", "x\u{0c}\n\t\u{0b}\n"])
    func `the lines of a file cover every byte`(_ content: String) {
        let lines = Array(SSHDLines(Array(content.utf8)))
        #expect(lines.flatMap { Array(content.utf8)[$0.range] } == Array(content.utf8))
        #expect(file(content).removing(lines: []) == Array(content.utf8))
        #expect(file(content).commentingOut(lines: Set(-1...0)) == Array(content.utf8))
    }

    @Test func `commenting out leaves every other byte`() {
        let edited = file("# top\r\nPort 22\r\n  \tUsePAM yes # x\r\nPort 23").commentingOut(lines: [3, 4, 1, 9])
        #expect(sshdText(edited) == "# top\r\nPort 22\r\n#  \tUsePAM yes # x\r\n#Port 23")
    }

    @Test func `removing leaves every other byte`() {
        let edited = file("# top\r\nPort 22\r\n\r\n  UsePAM yes\nPort 23").removing(lines: [2, 5])
        #expect(sshdText(edited) == "# top\r\n\r\n  UsePAM yes\n")
    }

    @Test func `a line that a NUL has glued together goes as one`() {
        let content = "Port 22\0x\n 3\nUsePAM yes\n"
        #expect(sshdText(file(content).commentingOut(lines: [1])) == "#" + content)
        #expect(sshdText(file(content).removing(lines: [1])) == "UsePAM yes\n")
    }

    @Test func `a block goes with its lines, up to the next one`() {
        let config = file("Port 22\nMatch User bob\n# c\nPermitTTY no\n\nX11Forwarding no\nMatch User al\nPermitTTY no\n")
        #expect(config.matchBlock(at: 2) == [2, 4, 6])
        #expect(config.matchBlock(at: 7) == [7, 8])
        #expect(config.matchBlock(at: 1) == [])
    }

    static let insertions: [(String, SSHDFile.Place, String)] = [
        ("# top\n\nPort 22\n", SSHDFile.Place.beforeFirstDirective, "# top\n\nNEW x\nPort 22\n"),
        ("# top\n", .beforeFirstDirective, "# top\nNEW x\n"),
        ("# top", .beforeFirstDirective, "# top\nNEW x\n"),
        ("", .end, "NEW x\n"),
        ("Port 22\n# bob\n\tMatch User bob\nPermitTTY no\n", .beforeFirstMatch, "Port 22\n# bob\nNEW x\n\tMatch User bob\nPermitTTY no\n"),
        ("Port 22", .beforeFirstMatch, "Port 22\nNEW x\n"),
        ("Match all\nPort 22\n", .end, "Match all\nPort 22\nNEW x\n"),
        ("Port 22\r\n", .end, "Port 22\r\nNEW x\n"),
    ]

    @Test(arguments: insertions)
    func `lines go in`(_ content: String, _ place: SSHDFile.Place, _ result: String) throws {
        #expect(sshdText(try file(content).inserting([ForeignText("NEW x")], at: place)) == result)
    }

    /// With "# c\0\n" sshd would glue our line to the comment.
    @Test func `no line goes in behind a newline that sshd does not see`() throws {
        for content in ["Port 22\n# c\0\n", "# c\0", "# c", "\0"] {
            let edited = try file(content).inserting([ForeignText("MaxAuthTries 3")], at: .end)
            let config = SSHDFixture(main: sshdText(edited)).read()
            #expect(config.deciding("maxauthtries", for: .alice).lines.count == 1)
        }
    }

    @Test(arguments: ["a\nb", "a\rb", "a\0b", "# BEGIN vmaccess-agent x", "  # END vmaccess-agent x"])
    func `what is no line of ours is refused`(_ line: String) {
        #expect(throws: SSHDBlock.Flaw.badLine) { try file("").inserting([ForeignText(line)], at: .end) }
        #expect(throws: SSHDBlock.Flaw.badLine) { try SSHDBlock(name: "x", lines: [ForeignText(line)]) }
    }
}

@Suite("SSHD: a block of ours") struct SSHDBlockTests {
    private static let begin = "# BEGIN vmaccess-agent login.616c\n"
    private static let end = "# END vmaccess-agent login.616c\n"
    private static let body = "Match User alice\n  PasswordAuthentication yes\n"
    private static let whole = begin + body + end

    private func block(_ last: String = "  PasswordAuthentication yes") throws -> SSHDBlock {
        try SSHDBlock(name: "login.616c", lines: [ForeignText("Match User alice"), ForeignText(last)])
    }

    private func file(_ content: String) -> SSHDFile {
        SSHDFile(path: SSHDFixture.mainPath, bytes: Array(content.utf8))
    }

    static let settings: [(String, String)] = [
        ("", whole), ("Port 22\n", "Port 22\n" + whole), ("Port 22\nMatch all\n", "Port 22\n" + whole + "Match all\n"),
        ("Port 22\n" + whole + "Match all\n", "Port 22\n" + whole + "Match all\n"),
        ("Port 22\n" + whole + "# why\nMatch all\n", "Port 22\n" + whole + "# why\nMatch all\n"),
        ("Port 22\nMatch all\n" + whole, "Port 22\n" + whole + "Match all\n"),
        (whole + "Port 22\n" + whole + "Match all\n", "Port 22\n" + whole + "Match all\n"),
        (begin + "PermitTTY no\n" + end + "Match all\n", whole + "Match all\n"),
        ("Port 22\n" + body + end, "Port 22\n" + whole), ("Port 22\n" + begin + body, "Port 22\n" + whole),
        ("  " + begin + body + "\t" + end, whole),
    ]

    @Test(arguments: settings)
    func `setting it, and setting it again`(_ content: String, _ result: String) throws {
        let once = file(content).setting(try block(), at: .beforeFirstMatch)
        #expect(sshdText(once) == result)
        #expect(file(sshdText(once)).setting(try block(), at: .beforeFirstMatch) == once)
    }

    @Test func `removing what was set gives the file back`() throws {
        for content in ["", "Port 22\n", "# c\r\n\r\nPort 22\r\nMatch all\r\nPermitTTY no", "\0"] {
            let set = file(content).setting(try block(), at: .beforeFirstDirective)
            let back = sshdText(file(sshdText(set)).removing(try block()))
            // Newlines that had to go in ahead of the block stay.
            #expect(["", "\n", "\n\n"].map { content + $0 }.contains(back))
        }
    }

    static let torn: [(String, String, String)] = [
        ("the end is gone", begin + body + "Port 22\n", "Port 22\n"),
        ("the end and our last line are gone", begin + "Match User alice\nPort 22\n", "Port 22\n"),
        ("the end is gone, and the file too", begin + body.dropLast(), ""),
        ("the end is gone, and our line was changed", begin + "Match User alice\nPermitTTY no\n", "PermitTTY no\n"),
        ("the beginning is gone", "Port 22\n" + body + end + "UsePAM no\n", "Port 22\nUsePAM no\n"),
        ("the beginning is gone, and a line above is alike", "Match User alice\n  PasswordAuthentication yes\n" + body + end, body),
        ("two beginnings", begin + "Match User alice\n" + whole, ""),
        ("the end belongs to another", begin + "# END vmaccess-agent other\n", "# END vmaccess-agent other\n"),
        ("a beginning inside another block", "# BEGIN vmaccess-agent other\n" + whole, "# BEGIN vmaccess-agent other\n"),
        ("nothing of ours", "# BEGIN other\nPort 22\n# END other\n", "# BEGIN other\nPort 22\n# END other\n"),
    ]

    @Test(arguments: torn)
    func `a torn one never takes a line of others along`(_ what: String, _ content: String, _ result: String) throws {
        #expect(sshdText(file(content).removing(try block())) == result, "\(what)")
    }

    @Test func `other blocks stay, and nothing goes in the middle of them`() throws {
        let other = "# BEGIN vmaccess-agent other\nMatch User bob\nPermitTTY no\n# END vmaccess-agent other\n"
        let edited = file("Port 22\n" + other).setting(try block(), at: .beforeFirstMatch)
        #expect(sshdText(edited) == "Port 22\n" + Self.whole + other)
        #expect(file(sshdText(edited)).blocks.map(\.isTorn) == [false, false])
    }

    @Test func `a change of its lines replaces it in its place`() throws {
        let edited = file("Port 22\n" + Self.whole + "# c\nMatch all\n").setting(try block("PermitTTY no"), at: .beforeFirstMatch)
        #expect(sshdText(edited) == "Port 22\n" + Self.begin + "Match User alice\nPermitTTY no\n" + Self.end + "# c\nMatch all\n")
    }

    @Test(arguments: ["", "a b", "a\n", "é", "a/b", String(repeating: "a", count: 201)])
    func `a name that could be mistaken is refused`(_ name: String) {
        #expect(throws: SSHDBlock.Flaw.badName) { try SSHDBlock(name: name, lines: []) }
    }
}
