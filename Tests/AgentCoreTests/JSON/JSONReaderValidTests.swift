import AgentCore
import Testing

/// What RFC 8259 allows. The rows follow JSONTestSuite's y_ cases in kind.
@Suite("the JSON reader reads") struct JSONReaderValidTests {
    @Test(
        "values and white space",
        arguments: [
            ("null", "null"), ("true", "true"), ("false", "false"), ("\"\"", "<>"), ("42", "#42"), ("-0.1", "#-0.1"),
            (" [] ", "[]"), ("[   ]", "[]"), ("[[]   ]", "[[]]"), ("[\"\"]", "[<>]"), ("[\"a\"]\n", "[<a>]"), ("[null]", "[null]"),
            ("[null, 1, \"1\", {}]", "[null #1 <1> {}]"), ("[1\n,\r2\t, 3 ]", "[#1 #2 #3]"), (" [1]", "[#1]"),
            ("[1,null,null,null,2]", "[#1 null null null #2]"), ("{}", "{}"), ("{\"\":0}", "{<>:#0}"),
            ("{\"a\":\"b\",\"c\":\"d\"}", "{<a>:<b> <c>:<d>}"), ("{\n\"a\" : \"b\"\n}\r\n", "{<a>:<b>}"),
            ("{\"a\":[]}", "{<a>:[]}"), ("{\"a\":{\"a\":{\"a\":null}}}", "{<a>:{<a>:{<a>:null}}}"), ("\t\n\r 1 \r\n\t", "#1"),
        ])
    func values(_ text: String, _ expected: String) throws {
        let document = try readJSON(text)
        #expect(outline(document.root) == expected)
        #expect(document.warnings.isEmpty)
    }

    @Test(
        "numbers, kept as they were written",
        arguments: [
            "0", "-0", "-1", "123", "123e65", "0e+1", "0e1", "1E22", "1E-2", "1E+2", "123e45", "123.456e78", "1e-2", "123.456789",
            "-0.000000000000000000000000000000000000000000000000000000000000000000000000000001", "0.4e00669999999999999999999",
            "-1e+9999", "123123e100000", "100000000000000000000", "-237462374673276894279832749832423479823246327846",
        ])
    func numbers(_ text: String) throws {
        #expect(outline(try readJSON("[\(text)]").root) == "[#\(text)]")
    }

    @Test(
        "whole numbers on demand",
        arguments: [
            ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
        ])
    func integers(_ text: String, _ expected: Int) throws {
        #expect(try readJSON(text).root.integer == expected)
    }

    @Test(
        "no whole number out of anything else",
        arguments: ["1.0", "1e3", "0.5", "9223372036854775808", "-9223372036854775809", "99999999999999999999", "\"1\"", "true", "null"])
    func noIntegers(_ text: String) throws {
        #expect(try readJSON(text).root.integer == nil)
    }

    @Test(
        "strings",
        arguments: [
            (#"asd "#, "asd "), (#"\"\\\/\b\f\n\r\t"#, #"\"\\/\x08\x0c\x0a\x0d\x09"#.replacingEscapedQuote), (#"\\u0000"#, #"\\u0000"#),
            (#"\\a"#, #"\\a"#), (#"\\n"#, #"\\n"#), (#"\u0012"#, #"\x12"#), (#"\u0041\u0062"#, "Ab"), (#"\u00e9"#, #"\xc3\xa9"#),
            (#"\u0123"#, #"\xc4\xa3"#), (#"\u07ff\u0800"#, #"\xdf\xbf\xe0\xa0\x80"#), (#"\uFFFF"#, #"\xef\xbf\xbf"#),
            (#"\ud7ff\ue000"#, #"\xed\x9f\xbf\xee\x80\x80"#), (#"\u2028\u2029"#, #"\xe2\x80\xa8\xe2\x80\xa9"#),
            (#"\uD801\udc37"#, #"\xf0\x90\x90\xb7"#), (#"\ud83d\ude39\ud83d\udc8d"#, #"\xf0\x9f\x98\xb9\xf0\x9f\x92\x8d"#),
            (#"\uD834\uDd1e"#, #"\xf0\x9d\x84\x9e"#), (#"\uDBFF\uDFFF"#, #"\xf4\x8f\xbf\xbf"#), (#"\ud800\udc00"#, #"\xf0\x90\x80\x80"#),
            ("a/*b*/c/*d//e", "a/*b*/c/*d//e"), ("\u{7f}", #"\x7f"#), ("π", #"\xcf\x80"#), ("\u{10FFFF}", #"\xf4\x8f\xbf\xbf"#),
            ("\u{2028}", #"\xe2\x80\xa8"#), ("€𝄞", #"\xe2\x82\xac\xf0\x9d\x84\x9e"#), (#"x,}"#, "x,}"), ("True,]", "True,]"),
            (#"\u0022,\u007d"#, #"",}"#),
        ])
    func strings(_ text: String, _ expected: String) throws {
        let document = try readJSON("[\"\(text)\"]")
        #expect(outline(document.root) == "[<\(expected)>]")
        #expect(document.warnings.isEmpty)
    }

    @Test("keys by what they read after unescaping")
    func keys() throws {
        let object = try #require(try readJSON(#"{"user\u006eame":"bob","b\/c":null,"d":null}"#).root.object)
        #expect(object["username"]?.string?.spells("bob") == true)
        #expect(object["b/c"]?.isNull == true)
        #expect(object.present("b/c") == nil)
        #expect(object["c"] == nil)
    }

    @Test("keys that only look alike: another case, another normal form")
    func similarKeys() throws {
        let text = "{\"e\u{301}\":1,\"\u{e9}\":2,\"A\":3,\"a\":4}"
        #expect(try readJSON(text).root.object?.members.count == 4)
    }

    @Test("64 levels")
    func depth() throws {
        let text = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(outline(try readJSON(text).root) == text)
    }

    @Test("a string into a secret, byte for byte")
    func secret() throws {
        let text = try #require(try readJSON(#"["p\"\u00e4\ud83d\ude39\\ \/"]"#).root.array?.first?.string)
        #expect(text.secret().matches(Secret(copying: Array("p\"ä😹\\ /".utf8))))
        #expect(try readJSON("\"\"").root.string?.secret().isEmpty == true)
    }

    @Test("a megabyte in one go", .timeLimit(.minutes(1)))
    func megabyte() throws {
        let members = (0..<40_000).map { "\"key\($0)\":[{},\"v\\n\"]" }.joined(separator: ",")
        #expect(try readJSON("{\(members)}").root.object?.members.count == 40_000)
        let list = "[" + String(repeating: "[],", count: 300_000) + "[]]"
        #expect(try readJSON(list).root.array?.count == 300_001)
    }
}

extension String {
    /// `ForeignText.escaped` leaves a double quote as it is.
    fileprivate var replacingEscapedQuote: String { "\"" + dropFirst(2) }
}
