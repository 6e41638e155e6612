/// The public key files of SSH.COM's and many Windows programs (RFC 4716).
enum RFC4716 {
    static let beginning = "---- BEGIN SSH2 PUBLIC KEY ----"
    static let end = "---- END SSH2 PUBLIC KEY ----"

    /// - Parameter body: the lines between beginning and end, trimmed, none empty.
    static func read(_ body: [[UInt8]]) throws(KeyFault) -> AuthorizedKeyLine {
        var comment: [UInt8] = []
        var rest = body[...]
        // 3.3: "Tag: value" lines come first; base64 has no colon.
        while let line = rest.first, let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            var value = Array(line[(colon + 1)...])
            rest.removeFirst()
            // A backslash at the end continues the value on the next line.
            while value.last == UInt8(ascii: "\\"), let next = rest.first {
                value.removeLast()
                value += next
                rest.removeFirst()
            }
            if isCommentTag(line[..<colon]) { comment = unquoted(value) }
        }
        guard !rest.isEmpty else { throw .missingBase64 }
        guard let blob = Base64.decode(rest.joined()) else { throw .brokenBase64 }
        return AuthorizedKeyLine(key: try PublicKey(blob: blob), comment: ForeignText(comment))
    }

    /// Tags are compared without regard to case (3.3).
    private static func isCommentTag(_ tag: ArraySlice<UInt8>) -> Bool {
        tag.map { $0 | 0x20 }.elementsEqual("comment".utf8)
    }

    /// 3.3.2: the value may stand in double quotes.
    private static func unquoted(_ value: [UInt8]) -> [UInt8] {
        var text = value.drop { $0 == 0x20 || $0 == 0x09 }
        if text.count >= 2, text.first == UInt8(ascii: "\""), text.last == UInt8(ascii: "\"") { text = text.dropFirst().dropLast() }
        return Array(text)
    }
}
