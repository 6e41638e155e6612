/// Why a text is not JSON, and where. Never quotes the text: what stands at that place may be a password.
package struct JSONFault: Error, Hashable, Sendable {
    /// What is wrong. The cases are those of RFC 8259, and three rules of this agent's own (`tooDeep`, `nul`, `duplicateKey`).
    package enum Reason: Hashable, Sendable {
        /// The text ends although `missing` had to follow.
        case ended(missing: String)
        /// Something else stands where `what` had to.
        case expected(_ what: String)
        /// A byte under 0x20 inside a string, which must be written as an escape (RFC 8259, 7).
        case controlCharacter
        /// Not UTF-8: stray, overlong, a surrogate, or beyond U+10FFFF (RFC 3629, 3).
        case invalidUTF8
        /// A backslash and something that is no escape (RFC 8259, 7).
        case invalidEscape
        /// Half of a surrogate pair (RFC 8259, 8.2).
        case loneSurrogate
        /// `\u0000`: no C program behind this agent reads past it.
        case nul
        /// Digits that are no JSON number, such as `01`, `1.` or `+1` (RFC 8259, 6).
        case invalidNumber
        /// More than `JSONReader.maximumDepth` arrays and objects inside one another.
        case tooDeep
        /// One object names a key twice, after unescaping. Which of the two is meant cannot be known.
        case duplicateKey
    }

    package let reason: Reason
    /// From 1; lines end at a line feed.
    package let line: Int
    /// From 1, in bytes; a byte order mark does not count.
    package let column: Int

    package init(_ reason: Reason, line: Int, column: Int) {
        self.reason = reason
        self.line = line
        self.column = column
    }

    /// For example `line 3, column 14: expected a comma or "}"`.
    package var message: String {
        "line \(line), column \(column): \(words)"
    }

    private var words: String {
        switch reason {
        case .ended(let missing): "the text ends where \(missing) is missing"
        case .expected(let what): "expected \(what)"
        case .controlCharacter: "a control character in a string must be written as an escape, such as \\n or \\t"
        case .invalidUTF8: "the bytes here are not UTF-8"
        case .invalidEscape: "the backslash begins no JSON escape; a backslash itself is written as two"
        case .loneSurrogate: "a \\u escape names half of a surrogate pair"
        case .nul: "the character \\u0000 (NUL) is not accepted"
        case .invalidNumber: "this is not a JSON number"
        case .tooDeep: "arrays and objects are nested deeper than \(JSONReader.maximumDepth) levels"
        case .duplicateKey: "this key is already in the same object"
        }
    }
}
