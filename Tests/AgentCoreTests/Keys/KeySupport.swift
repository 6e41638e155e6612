import AgentCore
import Testing

/// The word of a .pub line that holds the key itself.
func base64Part(_ line: String) -> String {
    String(line.split(separator: " ")[1])
}

func blob(_ line: String) throws -> [UInt8] {
    try #require(Base64.decode(base64Part(line).utf8))
}

func keyLine(_ text: String) throws(KeyFault) -> AuthorizedKeyLine {
    try AuthorizedKeyLine(text.utf8)
}

/// Reads the text of `ssh_key`.
func readKeys(_ text: String) throws(Refusal) -> KeyMaterial.Reading {
    try KeyMaterial.read(Secret(copying: Array(text.utf8)))
}

/// The lines that would be written for the text of `ssh_key`; "certificate" for an X.509 one.
func written(_ text: String) throws(Refusal) -> [String] {
    try readKeys(text).keys.map { key in
        switch key {
        case .line(let line): String(decoding: line.bytes, as: UTF8.self)
        case .certificate: "certificate"
        }
    }
}

/// The refusal of the text of `ssh_key`; records an issue if it is accepted.
func keyRefusal(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> Refusal {
    do {
        _ = try readKeys(text)
    } catch {
        return error
    }
    Issue.record("accepted", sourceLocation: sourceLocation)
    return Refusal(reason: "", message: "")
}
