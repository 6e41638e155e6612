/// What fail2ban-client(1) prints.
package enum JailListing {
    /// Of `status`: the names behind `Jail list:`, only such as can be an argument.
    package static func jails(in output: [UInt8]) -> [String] {
        for line in output.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line[..<colon].suffix(9).elementsEqual("Jail list".utf8) else {
                continue
            }
            return words(line[(colon + 1)...]).filter { !$0.hasPrefix("-") }
        }
        return []
    }

    /// Of `get JAIL banip`.
    package static func addresses(in output: [UInt8]) -> [String] {
        words(output[...]).filter { word in
            !word.isEmpty
                && word.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                        UInt8(ascii: "A")...UInt8(ascii: "F"),
                        UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"):
                        true
                    default: false
                    }
                }
        }
    }

    private static func words(_ bytes: ArraySlice<UInt8>) -> [String] {
        bytes.split { [0x20, 0x09, 0x0a, 0x0d, UInt8(ascii: ",")].contains($0) }.map { String(decoding: $0, as: UTF8.self) }
    }
}
