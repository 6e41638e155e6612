import AgentCore
import Testing

@Suite("foreign text") struct ForeignTextTests {
    @Test(
        "is shown in printable ASCII",
        arguments: [
            ("bob", "bob"), ("", ""), ("a b~!", "a b~!"), ("\\", "\\\\"), ("\n", "\\x0a"), ("bob\r\nx", "bob\\x0d\\x0ax"),
            ("\u{1b}[2J", "\\x1b[2J"), ("\u{0}", "\\x00"), ("\u{7f}", "\\x7f"), ("\u{9b}", "\\xc2\\x9b"), ("ü", "\\xc3\\xbc"),
            ("\u{202e}", "\\xe2\\x80\\xae"), ("\\x0a", "\\\\x0a"),
        ])
    func escaped(_ text: String, _ shown: String) {
        #expect(ForeignText(text).escaped() == shown)
    }

    @Test("shows every byte, and different bytes differently")
    func everyByte() {
        var shown: Set<String> = []
        for byte in UInt8.min...UInt8.max {
            let text = ForeignText([byte]).escaped()
            #expect(text.utf8.allSatisfy { (0x20...0x7e).contains($0) })
            shown.insert(text)
        }
        #expect(shown.count == 256)
    }

    @Test("is cut where it is too long, and never inside an escape", arguments: 0...12)
    func limit(_ limit: Int) {
        let shown = ForeignText("ab\n\\cd").escaped(limit: limit)
        // Pieces: a b \x0a \\ c d, of 1 1 4 2 1 1 characters.
        let whole = ["", "a", "ab", "ab", "ab", "ab", "ab\\x0a", "ab\\x0a", "ab\\x0a\\\\", "ab\\x0a\\\\c"]
        #expect(shown == (limit < 10 ? whole[limit] + "..." : "ab\\x0a\\\\cd"))
    }

    @Test("is bounded by itself")
    func bounded() {
        let long = ForeignText(String(repeating: "\u{1b}", count: 1_000_000))
        #expect(long.escaped().utf8.count <= 203)
        #expect(long.quoted().utf8.count <= 85)
    }

    @Test("is quoted inside a sentence")
    func quoted() {
        #expect(ForeignText("a\"b").quoted() == "\"a\"b\"")
        #expect(ForeignText("x\n").quoted() == "\"x\\x0a\"")
    }

    @Test("is equal by its bytes, not by what they look like")
    func equality() {
        // The same character composed and decomposed; String has them equal.
        #expect("\u{e9}" == "e\u{301}")
        #expect(ForeignText("\u{e9}") != ForeignText("e\u{301}"))
        #expect(ForeignText([0xff]) != ForeignText([0xfe]))
        #expect(Set([ForeignText("a"), ForeignText([0x61])]).count == 1)
    }
}
