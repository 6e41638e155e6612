/// The name of a drop, for the names of its status and the lines about it.
package enum DropName {
    static let longest = 100

    /// `name` itself where it is letters, digits, `.`, `_`, `-`, not too long, and not a name of the agent's own; else its
    /// hexadecimal form, which no other drop's name gives.
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
        return "hex." + Hex.text(of: name.prefix(longest))
    }
}
