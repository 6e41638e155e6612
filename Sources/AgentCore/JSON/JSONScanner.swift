/// The tokens of JSON, over bytes: white space, words, numbers and strings. `JSONReader` puts them together.
///
/// Every method moves forward and looks at a byte a bounded number of times, so that reading is linear.
struct JSONScanner {
    let text: Secret
    private(set) var position: Int
    /// Where the first line begins: behind a byte order mark.
    private let origin: Int

    /// RFC 8259, 8.1: a mark at the start "may be ignored rather than treated as an error"; Windows editors write one.
    init(_ text: Secret) {
        self.text = text
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let isMarked = text.count >= 3 && mark.indices.allSatisfy { text[$0] == mark[$0] }
        origin = isMarked ? 3 : 0
        position = origin
    }

    var hasByteOrderMark: Bool { origin > 0 }

    /// The byte to be read next; nil at the end.
    var next: UInt8? { position < text.count ? text[position] : nil }

    mutating func advance() { position += 1 }

    /// Line and column of `offset`, both from 1. Looks through the text once, so it is for faults and warnings only.
    func place(of offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var lineStart = origin
        for index in origin..<max(origin, offset) where text[index] == 0x0a {
            line += 1
            lineStart = index + 1
        }
        return (line, offset - lineStart + 1)
    }

    func fault(_ reason: JSONFault.Reason, at offset: Int? = nil) -> JSONFault {
        let place = place(of: offset ?? position)
        return JSONFault(reason, line: place.line, column: place.column)
    }

    /// The fault for "`what` had to come now".
    func missing(_ what: String) -> JSONFault {
        fault(next == nil ? .ended(missing: what) : .expected(what))
    }

    mutating func skipWhiteSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { advance() }
    }

    /// A bare word: the longest run of ASCII letters and digits. Nil, and nothing read, if it is none of `words`.
    mutating func word(of words: [String]) -> String? {
        var end = position
        while end < text.count, Self.isWordByte(text[end]) { end += 1 }
        for word in words where word.utf8.count == end - position {
            if zip(word.utf8, position..<end).allSatisfy({ $0 == text[$1] }) {
                position = end
                return word
            }
        }
        return nil
    }

    /// A number by the grammar of RFC 8259, 6. The caller saw a digit or a minus.
    mutating func number() throws(JSONFault) -> JSONNumber {
        let start = position
        if next == UInt8(ascii: "-") { advance() }
        if next == UInt8(ascii: "0") {
            advance()
        } else {
            try digits()
        }
        if next == UInt8(ascii: ".") {
            advance()
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            advance()
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { advance() }
            try digits()
        }
        // "01", "1.2.3" and "12abc" are one wrong number, not a number and a missing comma.
        if let byte = next, Self.isWordByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") {
            throw fault(.invalidNumber)
        }
        return JSONNumber(document: text, range: start..<position)
    }

    private mutating func digits() throws(JSONFault) {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { advance() }
        if position == start { throw fault(next == nil ? .ended(missing: "a digit") : .invalidNumber) }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}

extension JSONScanner {
    /// A string by RFC 8259, 7. The caller saw the opening quote.
    mutating func string() throws(JSONFault) -> JSONText {
        advance()
        let start = position
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                defer { advance() }
                return JSONText(document: text, range: start..<position)
            case UInt8(ascii: "\\"):
                try escape()
            case ..<0x20:
                throw fault(.controlCharacter)
            case ..<0x80:
                advance()
            default:
                guard let length = UTF8Check.length(at: position, in: text) else { throw fault(.invalidUTF8) }
                position += length
            }
        }
        throw fault(.ended(missing: "the closing quote of a string"))
    }

    private mutating func escape() throws(JSONFault) {
        let start = position
        advance()
        switch next {
        case nil:
            throw fault(.ended(missing: "the rest of an escape"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            advance()
        case UInt8(ascii: "u"):
            advance()
            try unicodeEscape(from: start)
        default:
            throw fault(.invalidEscape, at: start)
        }
    }

    /// The digits behind `\u`, and the second escape of a pair. `start` is the backslash.
    private mutating func unicodeEscape(from start: Int) throws(JSONFault) {
        let first = try fourDigits(of: start)
        switch first {
        case 0:
            throw fault(.nul, at: start)
        case 0xdc00...0xdfff:
            throw fault(.loneSurrogate, at: start)
        case 0xd800...0xdbff:
            guard next == UInt8(ascii: "\\"), position + 1 < text.count, text[position + 1] == UInt8(ascii: "u") else {
                throw fault(.loneSurrogate, at: start)
            }
            let second = position
            position += 2
            guard (0xdc00...0xdfff).contains(try fourDigits(of: second)) else { throw fault(.loneSurrogate, at: start) }
        default:
            break
        }
    }

    private mutating func fourDigits(of escape: Int) throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next else { throw fault(.ended(missing: "a digit of a \\u escape")) }
            guard let digit = Hex.value(of: byte) else { throw fault(.invalidEscape, at: escape) }
            value = value << 4 | UInt32(digit)
            advance()
        }
        return value
    }
}
