/// A value to be written as JSON. Members keep their order, so that the same value always gives the same bytes.
package enum JSONOutput: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case string(String)
    case array([JSONOutput])
    case object([(String, JSONOutput)])

    /// Bytes from a stranger as a string. What is not UTF-8 in them becomes U+FFFD: one bad byte in a status file, and the
    /// Azure agent uploads nothing for the whole VM.
    package static func text(_ text: ForeignText) -> JSONOutput {
        .string(String(decoding: text.bytes, as: UTF8.self))
    }
}

extension JSONOutput {
    /// On one line, without white space and without a line feed at the end. Printable ASCII only.
    package func compact() -> [UInt8] {
        var writer = JSONWriter(isPretty: false)
        writer.write(self, indent: 0)
        return writer.bytes
    }

    /// One member or element on each line, indented by two spaces, with a line feed at the end. Otherwise printable ASCII only.
    package func pretty() -> [UInt8] {
        var writer = JSONWriter(isPretty: true)
        writer.write(self, indent: 0)
        return writer.bytes + [0x0a]
    }
}

/// Renders a `JSONOutput` by RFC 8259.
private struct JSONWriter {
    let isPretty: Bool
    var bytes: [UInt8] = []

    init(isPretty: Bool) {
        self.isPretty = isPretty
    }

    mutating func write(_ value: JSONOutput, indent: Int) {
        switch value {
        case .null: put("null")
        case .bool(let value): put(value ? "true" : "false")
        case .integer(let value): put(String(value))
        case .string(let text): quote(text)
        case .array(let elements):
            list("[", elements.count, "]", indent: indent) { writer, index in
                writer.write(elements[index], indent: indent + 1)
            }
        case .object(let members):
            list("{", members.count, "}", indent: indent) { writer, index in
                writer.quote(members[index].0)
                writer.put(writer.isPretty ? ": " : ":")
                writer.write(members[index].1, indent: indent + 1)
            }
        }
    }

    private mutating func list(
        _ open: String, _ count: Int, _ close: String, indent: Int, element: (inout JSONWriter, Int) -> Void
    ) {
        put(open)
        for index in 0..<count {
            if index > 0 { put(",") }
            breakLine(indent: indent + 1)
            element(&self, index)
        }
        if count > 0 { breakLine(indent: indent) }
        put(close)
    }

    private mutating func breakLine(indent: Int) {
        guard isPretty else { return }
        bytes.append(0x0a)
        bytes.append(contentsOf: repeatElement(0x20, count: indent * 2))
    }

    private mutating func put(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for unit in text.utf16 {
            switch unit {
            case 0x22: put("\\\"")
            case 0x5c: put("\\\\")
            case 0x0a: put("\\n")
            case 0x0d: put("\\r")
            case 0x09: put("\\t")
            case 0x20...0x7e: bytes.append(UInt8(unit))
            default:
                // UTF-16 units are what \u escapes name, so that a pair comes out as two of them.
                put("\\u" + Hex.text(of: [UInt8(unit >> 8), UInt8(unit & 0xff)]))
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
