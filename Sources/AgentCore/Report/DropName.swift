/// The name of a drop, for the names of its status and the lines about it.
package enum DropName {
    static let longest = 100

    /// `name` itself where it is letters, digits, `.`, `_`, `-`, not too long, and not a name of the agent's own; else its
    /// hexadecimal form, which no other drop's name gives. Of a name too long for that (a file's name has 255 bytes at most) the
    /// beginning, with a checksum of the whole.
    package static func safe(_ name: some Collection<UInt8>) -> String {
        let plain =
            !name.isEmpty && name.count <= longest && name.first != UInt8(ascii: ".") && name.first != UInt8(ascii: "-")
            && name.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
        let word = String(decoding: name, as: UTF8.self)
        if plain, word != "latest", !word.hasPrefix("hex.") { return word }
        if name.count <= longest { return "hex." + Hex.text(of: name) }
        return "hex." + Hex.text(of: name.prefix(80)) + "." + checksum(name)
    }

    /// FNV-1a, 64 bits, as hexadecimal digits.
    private static func checksum(_ name: some Collection<UInt8>) -> String {
        let hash = name.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return Hex.text(of: stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: hash >> $0) })
    }
}
