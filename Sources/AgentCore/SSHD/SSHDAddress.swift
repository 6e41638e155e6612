/// An IP address as sshd's `addr_pton` (addr.c) reads it: what getaddrinfo(3) takes with `AI_NUMERICHOST`.
package struct SSHDAddress: Hashable, Sendable {
    /// Four bytes or sixteen.
    let bytes: [UInt8]
    /// The interface behind a `%`, as written.
    let zone: [UInt8]?

    /// - Returns: nil for what is no address.
    package init?(_ text: some Collection<UInt8>) {
        let text = Array(text)
        if let bytes = Self.version4(text) {
            self.bytes = bytes
            zone = nil
            return
        }
        let parts = text.split(separator: UInt8(ascii: "%"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = parts.first.flatMap(Self.version6), parts.count < 2 || !parts[1].isEmpty else { return nil }
        self.bytes = bytes
        zone = parts.count > 1 ? Array(parts[1]) : nil
    }

    /// One to four numbers, decimal, octal or hexadecimal, the last of which fills what is left (inet_aton(3)).
    private static func version4(_ text: [UInt8]) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 4 else { return nil }
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            let width = index == parts.count - 1 ? 4 - index : 1
            guard let value = number(part), value < 1 << (8 * width) else { return nil }
            for shift in stride(from: 8 * (width - 1), through: 0, by: -8) { bytes.append(UInt8(value >> shift & 0xff)) }
        }
        return bytes
    }

    /// A number as strtoul(3) with base 0 reads it, up to 32 bits.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.first == UInt8(ascii: "0"), digits.count > 1 else { return value(digits, radix: 10) }
        let rest = digits.dropFirst()
        let isHex = rest.first == UInt8(ascii: "x") || rest.first == UInt8(ascii: "X")
        return isHex ? value(rest.dropFirst(), radix: 16) : value(rest, radix: 8)
    }

    private static func value(_ digits: ArraySlice<UInt8>, radix: Int) -> Int? {
        var value = 0
        for digit in digits {
            guard let next = nibble(digit), next < radix else { return nil }
            value = value * radix + next
            if value > 0xffff_ffff { return nil }
        }
        return digits.isEmpty ? nil : value
    }

    private static func nibble(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte) - 0x61 + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte) - 0x41 + 10
        default: nil
        }
    }

    /// Eight groups, one run of which may be `::`, the last two of which may be an IPv4 address (inet_pton(3)).
    private static func version6(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        guard text.count >= 2 else { return nil }
        guard let gap = text.indices.dropLast().first(where: { text[$0] == colon && text[$0 + 1] == colon }) else {
            return groups(text).flatMap { $0.count == 16 ? $0 : nil }
        }
        let left = text[..<gap]
        let right = text[(gap + 2)...]
        guard let head = left.isEmpty ? [] : groups(left, mayEndIn4: false), let tail = right.isEmpty ? [] : groups(right)
        else { return nil }
        let missing = 16 - head.count - tail.count
        return missing > 0 ? head + Array(repeating: 0, count: missing) + tail : nil
    }

    private static func groups(_ text: ArraySlice<UInt8>, mayEndIn4: Bool = true) -> [UInt8]? {
        var bytes: [UInt8] = []
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndIn4, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let tail = dotted(part) else { return nil }
                bytes += tail
            } else {
                guard part.count <= 4, let group = value(part, radix: 16) else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xff)]
            }
        }
        return bytes
    }

    /// Exactly four decimal numbers without leading zeros, as inet_pton(3) wants them inside of IPv6.
    private static func dotted(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard part.count == 1 || part.first != UInt8(ascii: "0"), let value = value(part, radix: 10), value < 256
            else { return nil }
            bytes.append(UInt8(value))
        }
        return bytes
    }
}

/// A network in CIDR notation, or a single address (`addr_pton_cidr` in addr.c).
struct SSHDNetwork: Hashable, Sendable {
    let address: SSHDAddress
    let length: Int

    enum Parsed {
        case network(SSHDNetwork)
        /// Not of this form: sshd then takes it for a pattern.
        case pattern
        /// A length beyond the family's, or host bits that are set. (9.2 takes a length over 128 for a pattern.)
        case invalid
    }

    static func parse(_ text: ArraySlice<UInt8>) -> Parsed {
        // sshd copies it into 64 bytes first.
        guard text.count < 64 else { return .pattern }
        let parts = text.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = SSHDAddress(parts[0]) else { return .pattern }
        let width = address.bytes.count * 8
        guard parts.count > 1 else { return .network(SSHDNetwork(address: address, length: width)) }
        let digits = parts[1]
        guard !digits.isEmpty, digits.count < 9, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return .pattern }
        let length = digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
        guard length <= width else { return .invalid }
        let network = SSHDNetwork(address: address, length: length)
        return network.masked(address.bytes) == address.bytes ? .network(network) : .invalid
    }

    /// Whether `other` lies in it. An address with a zone is only ever in a network with that zone.
    func contains(_ other: SSHDAddress) -> Bool {
        other.bytes.count == address.bytes.count && other.zone == address.zone && masked(other.bytes) == address.bytes
    }

    private func masked(_ bytes: [UInt8]) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(max(length - index * 8, 0), 8)
            return byte & ~UInt8(truncatingIfNeeded: 0xff >> kept)
        }
    }
}
