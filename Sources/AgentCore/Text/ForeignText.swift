/// Bytes from a stranger: a user name, a key's comment, words of sshd or PAM, a file's name.
///
/// Judged as bytes, never as `Character` (in Swift "bob\r\nx" contains no "\n" character). Shown only by `escaped`, so that
/// none of it can move a cursor, forge a line of ours or split a record.
package struct ForeignText: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Text of our own making.
    package init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    package var isEmpty: Bool { bytes.isEmpty }

    /// Printable ASCII: other bytes as `\xNN`, a backslash doubled, at most `limit` characters with `...` where it was cut.
    package func escaped(limit: Int = 200) -> String {
        var shown: [UInt8] = []
        shown.reserveCapacity(min(bytes.count, limit) + 4)
        for byte in bytes {
            let piece = ForeignText.escape(byte)
            if shown.count + piece.count > limit {
                shown.append(contentsOf: Array("...".utf8))
                break
            }
            shown.append(contentsOf: piece)
        }
        return String(decoding: shown, as: UTF8.self)
    }

    /// `escaped` in double quotes, for use inside a sentence.
    package func quoted(limit: Int = 80) -> String {
        "\"" + escaped(limit: limit) + "\""
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "\\"):
            return [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
        case 0x20...0x7e:
            return [byte]
        default:
            let digits = Array("0123456789abcdef".utf8)
            return [UInt8(ascii: "\\"), UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
}
