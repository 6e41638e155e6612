import AgentCore
import Testing

/// What is refused, and with which words. The rows follow JSONTestSuite's n_ and i_ cases in kind.
@Suite("the JSON reader refuses") struct JSONReaderInvalidTests {
    @Test(
        "broken structure",
        arguments: [
            ("", "line 1, column 1: the text ends where a value is missing"),
            (" \n ", "line 2, column 2: the text ends where a value is missing"),
            ("[", "line 1, column 2: the text ends where a value is missing"),
            ("[1", "line 1, column 3: the text ends where a comma or \"]\" is missing"),
            ("[1,", "line 1, column 4: the text ends where a value is missing"),
            ("[1 true]", "line 1, column 4: expected a comma or \"]\""),
            ("[\"a\",\n4\n,1,,2]", "line 3, column 4: expected a value"),
            ("[1]]", "line 1, column 4: expected the end of the text"),
            ("[1],", "line 1, column 4: expected the end of the text"),
            ("[1}", "line 1, column 3: expected a comma or \"]\""),
            ("{", "line 1, column 2: the text ends where a key in double quotes is missing"),
            ("{]", "line 1, column 2: expected a key in double quotes"),
            ("{a: \"b\"}", "line 1, column 2: expected a key in double quotes"),
            ("{'a': 0}", "line 1, column 2: expected a key in double quotes"),
            ("{1:1}", "line 1, column 2: expected a key in double quotes"),
            ("{[1]:1}", "line 1, column 2: expected a key in double quotes"),
            ("{null:1}", "line 1, column 2: expected a key in double quotes"),
            ("{\"a\"", "line 1, column 5: the text ends where a colon is missing"),
            ("{\"a\" \"b\"}", "line 1, column 6: expected a colon"),
            ("{\"a\",1}", "line 1, column 5: expected a colon"),
            ("{\"a\"::1}", "line 1, column 6: expected a value"),
            ("{\"a\":", "line 1, column 6: the text ends where a value is missing"),
            ("{\"a\":}", "line 1, column 6: expected a value"),
            ("{\"a\":1", "line 1, column 7: the text ends where a comma or \"}\" is missing"),
            ("{\"a\":1 \"b\":2}", "line 1, column 8: expected a comma or \"}\""),
            ("{\"a\":1]", "line 1, column 7: expected a comma or \"}\""),
            ("{\"a\":1}#", "line 1, column 8: expected the end of the text"),
            ("{\"a\":1}/**/", "line 1, column 8: expected the end of the text"),
            ("/* a */{}", "line 1, column 1: expected a value"),
            ("// a\n{}", "line 1, column 1: expected a value"),
            ("{}{}", "line 1, column 3: expected the end of the text"),
            ("1 2", "line 1, column 3: expected the end of the text"),
            ("<.>", "line 1, column 1: expected a value"),
            ("]", "line 1, column 1: expected a value"),
            ("*", "line 1, column 1: expected a value"),
            ("'a'", "line 1, column 1: expected a value"),
            ("a", "line 1, column 1: expected a value"),
            ("[nul]", "line 1, column 2: expected a value"),
            ("[truex]", "line 1, column 2: expected a value"),
            ("[tru", "line 1, column 2: expected a value"),
            ("[a\u{c}]", "line 1, column 2: expected a value"),
            ("\u{c}1", "line 1, column 1: expected a value"),
            ("[\u{a0}]", "line 1, column 2: expected a value"),
            ("\u{2060}[]", "line 1, column 1: expected a value"),
            ("å", "line 1, column 1: expected a value"),
        ])
    func structure(_ text: String, _ expected: String) {
        #expect(faultOf(Array(text.utf8)) == expected)
    }

    @Test(
        "what is no number",
        arguments: [
            ("01", 2), ("-01", 3), ("-", nil), ("-a", 2), ("--1", 2), ("1.", nil), ("1.e5", 3), ("1e", nil), ("1e+", nil), ("1eE2", 3),
            ("0.3e+x", 6), ("1.2.3", 4), ("1-2", 2), ("0x42", 2), ("1a", 2), ("1_000", nil), ("-2.", nil), ("2.e+3", 3), ("0e+-1", 4),
            ("-Infinity", 2), ("-NaN", 2), ("1 000", nil), ("-.1", 2), ("1ea", 3), ("00", 2),
        ] as [(String, Int?)])
    func numbers(_ text: String, _ column: Int?) {
        let fault = faultOf(Array(text.utf8))
        #expect(fault != nil)
        if let column { #expect(fault == "line 1, column \(column): this is not a JSON number") }
    }

    @Test("other beginnings of numbers", arguments: ["+1", ".5", "++1234", "Inf", "NaN", "Infinity", "１", "$1", "-１"])
    func foreignNumbers(_ text: String) {
        #expect(faultOf(Array("[\(text)]".utf8)) != nil)
    }

    @Test(
        "broken strings",
        arguments: [
            ("\"", "line 1, column 2: the text ends where the closing quote of a string is missing"),
            ("\"a", "line 1, column 3: the text ends where the closing quote of a string is missing"),
            ("\"\\", "line 1, column 3: the text ends where the rest of an escape is missing"),
            ("\"\\\"", "line 1, column 4: the text ends where the closing quote of a string is missing"),
            ("\"\\x00\"", Self.escape), ("\"\\a\"", Self.escape), ("\"\\'\"", Self.escape), ("\"\\0\"", Self.escape),
            ("\"\\U0041\"", Self.escape), ("\"\\\u{1f300}\"", Self.escape), ("\"\\u00A\"", Self.escape), ("\"\\uqqqq\"", Self.escape),
            ("\"\\u 041\"", Self.escape), ("\"\\u+041\"", Self.escape),
            ("\"\\u00", "line 1, column 6: the text ends where a digit of a \\u escape is missing"),
            ("\"a\nb\"", "line 1, column 3: \(Self.control)"), ("\"a\tb\"", "line 1, column 3: \(Self.control)"),
            ("\"\u{0}\"", "line 1, column 2: \(Self.control)"), ("\"\u{1f}\"", "line 1, column 2: \(Self.control)"),
            ("\"\\\u{0}\"", Self.escape), ("\"\\u0000\"", "line 1, column 2: the character \\u0000 (NUL) is not accepted"),
            ("{\"\\u0000\":1}", "line 1, column 3: the character \\u0000 (NUL) is not accepted"),
        ])
    func strings(_ text: String, _ expected: String) {
        #expect(faultOf(Array(text.utf8)) == expected)
    }

    private static let escape = "line 1, column 2: the backslash begins no JSON escape; a backslash itself is written as two"
    private static let control = "a control character in a string must be written as an escape, such as \\n or \\t"

    @Test(
        "half of a surrogate pair",
        arguments: [
            #"\ud800"#, #"\udc00"#, #"\uDFAA"#, #"\uD800\n"#, #"\uD800\uD800"#, #"\uD800x"#, #"\ud800\u0041"#, #"\uDd1e\uD834"#,
            #"\ud83dabc"#, #"\uD800\\"#,
        ])
    func surrogates(_ text: String) {
        #expect(faultOf(Array("[\"\(text)\"]".utf8)) == "line 1, column 3: a \\u escape names half of a surrogate pair")
    }

    @Test(
        "what is not UTF-8, inside a string",
        arguments: [
            [0x80], [0xbf], [0xe5], [0xff], [0xfe], [0x81, 0x41], [0xc0, 0xaf], [0xc1, 0xbf], [0xe0, 0x80, 0xaf], [0xe0, 0x9f, 0xbf],
            [0xf0, 0x80, 0x80, 0xaf], [0xf0, 0x8f, 0xbf, 0xbf], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfc, 0x83, 0xbf, 0xbf, 0xbf, 0xbf],
            [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xe2, 0x82, 0x41],
            [0xf0, 0x9f, 0x98], [0xc3], [0xe9],
        ] as [[UInt8]])
    func encoding(_ bytes: [UInt8]) {
        let text = Array("[\n\"ab".utf8) + bytes + Array("\"]".utf8)
        #expect(faultOf(text) == "line 2, column 4: the bytes here are not UTF-8")
    }

    @Test(
        "other encodings and stray bytes, outside a string",
        arguments: [[0xff, 0xfe, 0x5b, 0x00], [0x00, 0x5b], [0xef, 0xbb], [0xe5], [0x5b, 0xff, 0x5d], [0x7b, 0x00, 0x7d]] as [[UInt8]])
    func strayBytes(_ bytes: [UInt8]) {
        #expect(faultOf(bytes) != nil)
    }

    @Test(
        "a key twice, however it is written",
        arguments: [
            ("{\"a\":1,\"a\":1}", 8), ("{\"a\":1,\"b\":2,\"\\u0061\":3}", 14), ("{\"/\":1,\"\\/\":2}", 8), ("{\"\":1,\"\":1}", 7),
            ("{\"\u{e9}\":1,\"\\u00e9\":2}", 9), ("{\"\u{1d11e}\":1,\"\\ud834\\udd1e\":2}", 11),
        ])
    func duplicates(_ text: String, _ column: Int) {
        #expect(faultOf(Array(text.utf8)) == "line 1, column \(column): this key is already in the same object")
    }

    @Test("a key twice among many", .timeLimit(.minutes(1)))
    func lateDuplicate() {
        let members = (0..<20_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(faultOf(Array("{\(members),\"k7\":0}".utf8))?.hasSuffix("this key is already in the same object") == true)
    }

    @Test("the same key at two levels is not twice")
    func nestedKeys() {
        #expect(faultOf(Array(#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#.utf8)) == nil)
    }

    @Test("nesting beyond 64 levels", arguments: [65, 1000, 500_000])
    func depth(_ levels: Int) {
        let expected = "line 1, column 65: arrays and objects are nested deeper than 64 levels"
        #expect(faultOf(Array(String(repeating: "[", count: levels).utf8)) == expected)
        let objects = String(repeating: "{\"\":", count: levels)
        #expect(faultOf(Array(objects.utf8)) == "line 1, column 257: arrays and objects are nested deeper than 64 levels")
    }

    @Test(
        "without ever repeating the text",
        arguments: [
            "{\"password\":\"Hunter2\" x}", "{\"password\":Hunter2}", "\"Hunter2", "{\"Hunter2\":1,\"Hunter2\":2}", "Hunter2",
            "{\"password\":\"Hunter2\\q\"}", "[12Hunter2]", "{Hunter2:1}", "{\"a\":\"Hunter2\\ud800\"}",
        ])
    func silence(_ text: String) throws {
        let fault = try #require(faultOf(Array(text.utf8)))
        #expect(!Secret(copying: Array("Hunter2".utf8)).occurs(in: Array(fault.utf8)))
    }
}
