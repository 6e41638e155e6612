/// What a sender calls a request, to know its answer again: in the line that a program reads on the console. It asks for nothing.
package struct Nonce: Hashable, Sendable {
    package static let longest = 64
    package let text: String

    /// - Returns: nil for what is empty, too long, or more than letters, digits and `. _ : + / = -`.
    package init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count <= Self.longest, bytes.allSatisfy(Self.isPlain) else { return nil }
        text = String(decoding: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "._:+/=-".utf8.contains(byte)
        }
    }
}
