/// What a text says, and where it had to be read with leniency.
package struct JSONDocument: Sendable {
    package let root: JSONValue
    /// One sentence for each kind of leniency, with the place where it was first needed; none for JSON by the book.
    package let warnings: [String]
}

/// The one JSON reader: RFC 8259 over bytes in a `Secret`, copying none of them.
///
/// Stricter than the RFC asks where a second reader could see something else (a key twice, NUL, half a surrogate pair), and
/// more lenient where published examples for VMAccess are wrong: `True`, `False`, `None`, and a comma before `}` or `]`.
/// The leniency is the tokenizer's alone: what stands in a string is never touched.
package struct JSONReader {
    /// Arrays and objects inside one another. The deepest settings have five.
    package static let maximumDepth = 64

    private static let words = ["true", "false", "null", "True", "False", "None"]

    private var scanner: JSONScanner
    /// What was read leniently -> where it was first seen.
    private var leniencies: [(what: String, offset: Int)] = []

    /// - Throws: `JSONFault`, for the first thing that is wrong.
    package static func read(_ text: Secret) throws(JSONFault) -> JSONDocument {
        var reader = JSONReader(scanner: JSONScanner(text))
        if reader.scanner.hasByteOrderMark { reader.note("a byte order mark is ignored", at: reader.scanner.position) }
        reader.scanner.skipWhiteSpace()
        let root = try reader.value(depth: 0)
        reader.scanner.skipWhiteSpace()
        if reader.scanner.next != nil { throw reader.scanner.fault(.expected("the end of the text")) }
        return JSONDocument(root: root, warnings: reader.warnings)
    }

    private init(scanner: JSONScanner) {
        self.scanner = scanner
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        guard let byte = scanner.next else { throw scanner.missing("a value") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try scanner.string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try scanner.number())
        default: return try word()
        }
    }

    private mutating func word() throws(JSONFault) -> JSONValue {
        let start = scanner.position
        let word = scanner.word(of: Self.words)
        switch word {
        case "True": note("the bare word True is read as true", at: start)
        case "False": note("the bare word False is read as false", at: start)
        case "None": note("the bare word None is read as null", at: start)
        default: break
        }
        switch word {
        case "true", "True": return .bool(true)
        case "false", "False": return .bool(false)
        case "null", "None": return .null
        default: throw scanner.missing("a value")
        }
    }

    private mutating func array(depth: Int) throws(JSONFault) -> [JSONValue] {
        try enter(depth)
        var elements: [JSONValue] = []
        guard !skip(UInt8(ascii: "]")) else { return elements }
        while true {
            elements.append(try value(depth: depth))
            if try ends(with: UInt8(ascii: "]"), or: "a comma or \"]\"") { return elements }
        }
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSONObject {
        try enter(depth)
        var members: [JSONObject.Member] = []
        var names: Set<MemberName> = []
        guard !skip(UInt8(ascii: "}")) else { return JSONObject(members: members) }
        while true {
            let start = scanner.position
            guard scanner.next == UInt8(ascii: "\"") else { throw scanner.missing("a key in double quotes") }
            let key = try scanner.string()
            guard names.insert(MemberName(text: key)).inserted else { throw scanner.fault(.duplicateKey, at: start) }
            scanner.skipWhiteSpace()
            guard skip(UInt8(ascii: ":")) else { throw scanner.missing("a colon") }
            members.append(JSONObject.Member(key: key, value: try value(depth: depth)))
            if try ends(with: UInt8(ascii: "}"), or: "a comma or \"}\"") { return JSONObject(members: members) }
        }
    }

    /// Steps over the opening bracket. The bound keeps the recursion of `value` off the end of the stack.
    private mutating func enter(_ depth: Int) throws(JSONFault) {
        guard depth <= Self.maximumDepth else { throw scanner.fault(.tooDeep) }
        scanner.advance()
        scanner.skipWhiteSpace()
    }

    /// Steps over `byte` and the white space behind it, if it is next.
    private mutating func skip(_ byte: UInt8) -> Bool {
        guard scanner.next == byte else { return false }
        scanner.advance()
        scanner.skipWhiteSpace()
        return true
    }

    /// What follows an element: true for the closing bracket, false for a comma and another element.
    private mutating func ends(with close: UInt8, or expected: String) throws(JSONFault) -> Bool {
        scanner.skipWhiteSpace()
        if skip(close) { return true }
        let comma = scanner.position
        guard skip(UInt8(ascii: ",")) else { throw scanner.missing(expected) }
        guard skip(close) else { return false }
        note("a comma before a closing bracket is ignored", at: comma)
        return true
    }

    private mutating func note(_ what: String, at offset: Int) {
        guard !leniencies.contains(where: { $0.what == what }) else { return }
        leniencies.append((what, offset))
    }

    private var warnings: [String] {
        leniencies.map { leniency in
            let place = scanner.place(of: leniency.offset)
            return "line \(place.line), column \(place.column): \(leniency.what)"
        }
    }
}

/// A key compared by what it reads after unescaping, where it stands: no copy is made to find it a second time.
private struct MemberName: Hashable {
    let text: JSONText

    static func == (left: MemberName, right: MemberName) -> Bool {
        left.text.unescaped.elementsEqual(right.text.unescaped)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.unescaped { hasher.combine(byte) }
    }
}
