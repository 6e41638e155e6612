/// A JSON string, as a reference into the text it was read from.
///
/// Nothing is copied until somebody asks, so that a password goes from the settings straight into a `Secret`. The reader has
/// judged the bytes before it makes one of these: valid UTF-8, valid escapes, no NUL.
package struct JSONText: Sendable {
    private let document: Secret
    /// The first byte behind the opening quote.
    private let start: Int
    /// The closing quote.
    private let end: Int

    init(document: Secret, range: Range<Int>) {
        self.document = document
        start = range.lowerBound
        end = range.upperBound
    }

    package var isEmpty: Bool { start == end }

    /// The string itself, in UTF-8, one byte at a time; nothing is kept.
    package var unescaped: Unescaped { Unescaped(document: document, position: start, end: end) }

    /// For what is no secret: a copy in ordinary memory.
    package var foreignText: ForeignText { ForeignText(unescaped) }

    /// For what is one: a copy in memory that is wiped.
    package func secret() -> Secret {
        var count = 0
        for _ in unescaped { count += 1 }
        return unsafe Secret(capacity: count) { buffer in
            var index = 0
            for byte in unescaped {
                unsafe buffer[index] = byte
                index += 1
            }
            return index
        }
    }

    /// Whether the string reads exactly `word`, by its bytes.
    package func spells(_ word: String) -> Bool {
        unescaped.elementsEqual(word.utf8)
    }

    /// Whether the string reads `word` in any mixture of ASCII upper and lower case; `word` is lower case.
    package func spellsIgnoringCase(_ word: String) -> Bool {
        unescaped.lazy.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }.elementsEqual(word.utf8)
    }
}

extension JSONText {
    /// Undoes the escapes of RFC 8259, 7, as UTF-8.
    package struct Unescaped: Sequence, IteratorProtocol {
        private let document: Secret
        private var position: Int
        private let end: Int
        /// What is left to give of a `\u` escape, last byte first.
        private var pending: UInt32 = 0

        init(document: Secret, position: Int, end: Int) {
            self.document = document
            self.position = position
            self.end = end
        }

        package mutating func next() -> UInt8? {
            if pending != 0 {
                // NUL is refused by the reader, so a zero byte never waits here.
                defer { pending >>= 8 }
                return UInt8(truncatingIfNeeded: pending)
            }
            guard position < end else { return nil }
            let byte = document[position]
            position += 1
            guard byte == UInt8(ascii: "\\") else { return byte }
            let letter = document[position]
            position += 1
            switch letter {
            case UInt8(ascii: "b"): return 0x08
            case UInt8(ascii: "f"): return 0x0c
            case UInt8(ascii: "n"): return 0x0a
            case UInt8(ascii: "r"): return 0x0d
            case UInt8(ascii: "t"): return 0x09
            case UInt8(ascii: "u"):
                pending = Self.utf8(of: scalar())
                return next()
            default: return letter
            }
        }

        /// The code point of the escape whose four digits begin at `position`, with the second half of a pair.
        private mutating func scalar() -> UInt32 {
            let first = fourDigits()
            guard (0xd800...0xdbff).contains(first) else { return first }
            position += 2
            return 0x10000 + ((first - 0xd800) << 10) + (fourDigits() - 0xdc00)
        }

        private mutating func fourDigits() -> UInt32 {
            var value: UInt32 = 0
            for _ in 0..<4 {
                value = value << 4 | UInt32(Hex.value(of: document[position]) ?? 0)
                position += 1
            }
            return value
        }

        /// UTF-8, the first byte in the lowest eight bits (RFC 3629, 3).
        private static func utf8(of scalar: UInt32) -> UInt32 {
            func tail(_ shift: UInt32) -> UInt32 { 0x80 | (scalar >> shift & 0x3f) }
            return switch scalar {
            case ..<0x80: scalar
            case ..<0x800: 0xc0 | scalar >> 6 | tail(0) << 8
            case ..<0x10000: 0xe0 | scalar >> 12 | tail(6) << 8 | tail(0) << 16
            default: 0xf0 | scalar >> 18 | tail(12) << 8 | tail(6) << 16 | tail(0) << 24
            }
        }
    }
}
