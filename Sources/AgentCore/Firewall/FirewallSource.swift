/// Whom a question to the firewall is about.
package enum FirewallSource: Sendable {
    /// Whoever: a rule about certain addresses is not about them.
    case everybody
    /// Whoever the rules mean to let in.
    case somebody
    case address(SSHDAddress)
}

extension FirewallCondition {
    /// Whether the addresses it names have this one among them; nil where it cannot be told (a set that is not listed).
    func covers(_ source: SSHDAddress) -> Bool? {
        var isKnown = true
        for value in values {
            switch value {
            case .word(let word):
                if word.utf8.first == UInt8(ascii: "@") {
                    isKnown = false
                } else if Self.network(word).map({ Self.covers($0.base, $0.length, source.bytes) }) == true {
                    return true
                }
            case .network(let base, let length): if Self.covers(base, length, source.bytes) { return true }
            case .span(let low, let high):
                guard low.count == source.bytes.count, high.count == low.count else { continue }
                if !source.bytes.lexicographicallyPrecedes(low), !high.lexicographicallyPrecedes(source.bytes) { return true }
            case .number, .range: continue
            }
        }
        return isKnown ? false : nil
    }

    /// `10.0.0.1`, `10.0.0.0/8`.
    private static func network(_ word: String) -> (base: [UInt8], length: Int)? {
        let parts = word.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let base = SSHDAddress(Array(first.utf8))?.bytes else { return nil }
        return (base, parts.count > 1 ? Int(parts[1]) ?? base.count * 8 : base.count * 8)
    }

    private static func covers(_ base: [UInt8], _ length: Int, _ address: [UInt8]) -> Bool {
        guard base.count == address.count, length >= 0, length <= base.count * 8 else { return false }
        return (0..<length).allSatisfy { bit in
            let mask: UInt8 = 0x80 >> UInt8(bit % 8)
            return (base[bit / 8] ^ address[bit / 8]) & mask == 0
        }
    }
}
