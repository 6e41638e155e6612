/// UTF-8 judged as bytes: RFC 3629, 4 (Unicode's table 3-7). No overlong form, no surrogate, nothing beyond U+10FFFF.
enum UTF8Check {
    /// How many bytes the character at `index` has, 1...4; nil if there is no valid one.
    static func length(at index: Int, in text: Secret) -> Int? {
        let first = text[index]
        // What the second byte may be; the third and fourth are always 0x80...0xbf.
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0x00...0x7f: return 1
        case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
        default: return nil
        }
        guard index + length <= text.count, second.contains(text[index + 1]) else { return nil }
        for offset in 2..<max(2, length) where text[index + offset] & 0xc0 != 0x80 { return nil }
        return length
    }
}
