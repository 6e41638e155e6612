import AgentCore
import Testing

/// What published examples for VMAccess get wrong, and nothing else.
@Suite("the JSON reader lets pass, and says so") struct JSONReaderLenientTests {
    @Test(
        "words of Python and commas at the end",
        arguments: [
            ("{\"reset_ssh\":True}", "{<reset_ssh>:true}", ["line 1, column 14: the bare word True is read as true"]),
            ("[False]", "[false]", ["line 1, column 2: the bare word False is read as false"]),
            ("[\n  None ]", "[null]", ["line 2, column 3: the bare word None is read as null"]),
            ("{\"a\":1,}", "{<a>:#1}", ["line 1, column 7: a comma before a closing bracket is ignored"]),
            ("[1 , ]", "[#1]", ["line 1, column 4: a comma before a closing bracket is ignored"]),
            (
                "{\"a\":True,\n\"b\":[True,],\n}", "{<a>:true <b>:[true]}",
                [
                    "line 1, column 6: the bare word True is read as true",
                    "line 2, column 10: a comma before a closing bracket is ignored",
                ]
            ),
            ("\u{feff}{}", "{}", ["line 1, column 1: a byte order mark is ignored"]),
        ])
    func lenient(_ text: String, _ expected: String, _ warnings: [String]) throws {
        let document = try readJSON(text)
        #expect(outline(document.root) == expected)
        #expect(document.warnings == warnings)
    }

    @Test(
        "but not what is near it",
        arguments: [
            "[TRUE]", "[Truex]", "[xTrue]", "[none]", "[Null]", "[NULL]", "[nil]", "[undefined]", "[yes]", "[,]", "{,}", "[1,,]",
            "[1,,2]", "{\"a\":1,,}", "{\"a\":,}", "[,1]", ",", "1,", "{},", "[],", "\u{feff}\u{feff}{}", "{True:1}", "{\"a\":1,,\"b\":2}",
        ])
    func strict(_ text: String) {
        #expect(faultOf(Array(text.utf8)) != nil)
    }
}
