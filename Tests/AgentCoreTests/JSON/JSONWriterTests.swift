import AgentCore
import Testing

@Suite("the JSON writer") struct JSONWriterTests {
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("keeps the order and writes nothing that was not asked")
    func compact() {
        let value = JSONOutput.array([
            .object([
                ("version", .string("1.0")), ("code", .integer(-3)), ("list", .array([])), ("none", .null), ("empty", .object([])),
                ("flags", .array([.bool(true), .bool(false)])),
            ])
        ])
        #expect(
            Self.text(value.compact())
                == #"[{"version":"1.0","code":-3,"list":[],"none":null,"empty":{},"flags":[true,false]}]"#)
    }

    @Test("indents for people")
    func pretty() {
        let value = JSONOutput.object([("a", .array([.integer(1), .string("x")])), ("b", .object([])), ("c", .object([("d", .null)]))])
        let expected = """
            {
              "a": [
                1,
                "x"
              ],
              "b": {},
              "c": {
                "d": null
              }
            }

            """
        #expect(Self.text(value.pretty()) == expected)
    }

    @Test(
        "escapes all but printable ASCII",
        arguments: [
            ("plain / text", #""plain / text""#), ("\"\\", #""\"\\""#), ("\n\r\t", #""\n\r\t""#),
            ("\u{0}\u{1b}[2J\u{7f}", #""\u0000\u001b[2J\u007f""#),
            ("é€", #""\u00e9\u20ac""#), ("😹", #""\ud83d\ude39""#), ("\u{2028}\u{202e}", #""\u2028\u202e""#),
            ("\u{9b}", #""\u009b""#), ("a\r\nb", #""a\r\nb""#),
        ])
    func escapes(_ text: String, _ expected: String) {
        #expect(Self.text(JSONOutput.string(text).compact()) == expected)
        #expect(Self.text(JSONOutput.object([(text, .null)]).compact()) == "{\(expected):null}")
    }

    @Test(
        "stays valid whatever bytes come in",
        arguments: [
            ([0xff], #""\ufffd""#), ([0x41, 0xc0, 0xaf, 0x42], #""A\ufffd\ufffdB""#), ([0xed, 0xa0, 0x80], #""\ufffd\ufffd\ufffd""#),
            ([0xf0, 0x9f], #""\ufffd""#), ([], #""""#), ([0x00], #""\u0000""#),
        ] as [([UInt8], String)])
    func foreignBytes(_ bytes: [UInt8], _ expected: String) {
        #expect(Self.text(JSONOutput.text(ForeignText(bytes)).compact()) == expected)
    }

    @Test("is read back as it was meant")
    func roundTrip() throws {
        let strings = ["", "a\"b\\c\n\u{1}\u{7f}é😹\u{10ffff}", "{\"x\":[1,]}", "\u{feff}"]
        for bytes in [
            JSONOutput.array(strings.map(JSONOutput.string)).compact(), JSONOutput.array(strings.map(JSONOutput.string)).pretty(),
        ] {
            let read = try readJSON(bytes)
            #expect(read.warnings.isEmpty)
            #expect(read.root.array?.compactMap(\.string?.foreignText.bytes) == strings.map { Array($0.utf8) })
            #expect(bytes.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0a })
        }
    }
}
