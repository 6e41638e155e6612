import AgentCore

/// What was read and written again reads as the same; the reader's words can be shown.
func checkJSON(_ bytes: [UInt8]) {
    let document: JSONDocument
    do throws(JSONFault) {
        document = try JSONReader.read(Secret(copying: bytes))
    } catch {
        requireShowable(error.message, limit: 400)
        return
    }
    for warning in document.warnings { requireShowable(warning, limit: 400) }
    let output = written(document.root)
    for text in [output.compact(), output.pretty()] {
        require(text.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0a }, "what is written is ASCII")
        guard let again = try? JSONReader.read(Secret(copying: text)) else {
            require(false, "what was written can be read")
            return
        }
        require(again.warnings.isEmpty, "what is written needs no leniency")
        require(written(again.root).compact() == output.compact(), "the same value again")
    }
}

/// A value as it would be written; numbers that are no integers as their text.
private func written(_ value: JSONValue) -> JSONOutput {
    switch value {
    case .null: .null
    case .bool(let value): .bool(value)
    case .number(let number): number.integer.map { .integer($0) } ?? .text(number.text)
    case .string(let text): .text(text.foreignText)
    case .array(let elements): .array(elements.map(written))
    case .object(let object):
        .object(object.members.map { (String(decoding: $0.key.foreignText.bytes, as: UTF8.self), written($0.value)) })
    }
}
