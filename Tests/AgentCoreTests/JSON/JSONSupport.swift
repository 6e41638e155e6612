import AgentCore

/// Reads text of a test.
func readJSON(_ text: String) throws(JSONFault) -> JSONDocument {
    try JSONReader.read(Secret(copying: Array(text.utf8)))
}

func readJSON(_ bytes: [UInt8]) throws(JSONFault) -> JSONDocument {
    try JSONReader.read(Secret(copying: bytes))
}

/// A value in one line, for comparison: strings in angle brackets and escaped, numbers with a `#` as they were written.
func outline(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let flag): String(flag)
    case .number(let number): "#" + number.text.escaped()
    case .string(let text): "<" + text.foreignText.escaped(limit: 10_000) + ">"
    case .array(let elements): "[" + elements.map(outline).joined(separator: " ") + "]"
    case .object(let object):
        "{" + object.members.map { "<\($0.key.foreignText.escaped())>:" + outline($0.value) }.joined(separator: " ") + "}"
    }
}

/// The sentence with which a text is refused; nil if it is read.
func faultOf(_ bytes: [UInt8]) -> String? {
    do {
        _ = try readJSON(bytes)
        return nil
    } catch {
        return error.message
    }
}
