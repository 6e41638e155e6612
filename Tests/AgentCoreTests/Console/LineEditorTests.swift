import AgentCore
import Testing

@Suite struct LineEditorTests {
    /// What becomes of `typed`: the lines and other events, and what the terminal shows.
    private func edit(_ typed: String, isTerminal: Bool = true, hidden: Bool = false) -> (events: [String], shown: String) {
        edit(Array(typed.utf8), isTerminal: isTerminal, hidden: hidden)
    }

    private func edit(_ typed: [UInt8], isTerminal: Bool = true, hidden: Bool = false) -> (events: [String], shown: String) {
        var editor = LineEditor(isTerminal: isTerminal)
        var shown: [UInt8] = []
        var events = typed.compactMap { editor.take($0, hidden: hidden, show: &shown).map(Self.words) }
        events.append(Self.words(editor.finish()))
        return (events, String(decoding: shown, as: UTF8.self))
    }

    private static func words(_ event: LineEditor.Event) -> String {
        switch event {
        case .line(let line): "[\(line.plain)]"
        case .tooLong: "too long"
        case .interrupted: "interrupted"
        case .endOfInput: "end"
        }
    }

    @Test(
        arguments: [
            ("one\ntwo\n", ["[one]", "[two]", "end"]), ("one\rtwo\r", ["[one]", "[two]", "end"]),
            ("one\r\ntwo\r\n", ["[one]", "[two]", "end"]), ("\r\r", ["[]", "[]", "end"]), ("\n\n", ["[]", "[]", "end"]),
            ("\r\n\r\n", ["[]", "[]", "end"]), ("one\n\rtwo", ["[one]", "[]", "[two]"]), ("", ["end"]), ("last", ["[last]"]),
        ] as [(String, [String])])
    func linesEndAsTheyMay(_ typed: String, _ events: [String]) {
        #expect(edit(typed).events == events)
        #expect(edit(typed, isTerminal: false).events == events)
    }

    @Test(arguments: [
        ("alicf\u{7f}e\r", "[alice]", "alicf\u{8} \u{8}e\n"), ("x\u{8}\u{8}\u{8}a\r", "[a]", "x\u{8} \u{8}a\n"),
        ("ab\u{15}c\r", "[c]", "ab\u{8} \u{8}\u{8} \u{8}c\n"), ("\u{1b}[Aa\u{1b}OBb\u{1b}[1;5Cc\r", "[abc]", "abc\n"),
        ("é\u{7f}e\r", "[e]", "?\u{8} \u{8}e\n"),
        ("a\u{4}b\r", "[ab]", "ab\n"),
    ])
    func aTerminalsKeysEdit(_ typed: String, _ line: String, _ shown: String) {
        let edited = edit(typed)
        #expect(edited.events == [line, "end"] && edited.shown == shown)
    }

    @Test func nothingOfAHiddenLineIsShown() {
        let edited = edit("sec\u{7f}cret\u{15}other\r", hidden: true)
        #expect(edited.events == ["[other]", "end"] && edited.shown == "\n")
    }

    @Test func whatIsShownMovesNoCursor() {
        let shown = edit(Array("a\u{1b}[2Jb\u{9b}c\u{7}".utf8)).shown
        #expect(shown.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "\(shown)")
    }

    @Test func controlCForgetsTheLine() {
        #expect(edit("secret\u{3}").events == ["interrupted", "end"])
        #expect(edit("\u{4}").events == ["end", "end"])
    }

    @Test func aPipesBytesAreBytes() {
        #expect(edit("a\u{3}b\u{7f}\u{1b}[A\n", isTerminal: false).events == ["[a\u{3}b\u{7f}\u{1b}[A]", "end"])
    }

    @Test func aLineWithoutEndIsDropped() {
        let long = [UInt8](repeating: 0x61, count: 20000)
        #expect(edit(long + [0x0d, 0x62, 0x0d]).events == ["too long", "[b]", "end"])
        #expect(edit(long, isTerminal: false).events == ["too long"])
    }
}
