/// The kernel's table of TCP sockets, `/proc/net/tcp` and `tcp6` (proc(5)).
package enum SocketTable {
    /// Listening sockets with their inode numbers.
    package static func listeners(in table: [UInt8], _ family: Listener.Family) -> [(inode: UInt64, listener: Listener)] {
        table.split(separator: UInt8(ascii: "\n")).dropFirst().compactMap { line in
            let fields = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            // sl local remote state queues timer retransmits uid timeout inode
            guard fields.count > 9, fields[3] == "0A", let inode = UInt64(fields[9]) else { return nil }
            let local = fields[1].split(separator: ":")
            guard local.count == 2, let port = UInt16(local[1], radix: 16), let bytes = addressBytes(local[0], family) else { return nil }
            return (inode, Listener(family: family, address: IPAddress.text(bytes), port: port))
        }
    }

    /// The address is printed as 32-bit words of the machine's order, and all machines here are little-endian.
    private static func addressBytes(_ hex: Substring, _ family: Listener.Family) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count == (family == .ipv4 ? 8 : 32) else { return nil }
        var bytes: [UInt8] = []
        for word in stride(from: 0, to: digits.count, by: 8) {
            guard let value = UInt32(String(decoding: digits[word..<word + 8], as: UTF8.self), radix: 16) else { return nil }
            bytes += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
            bytes += [UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 24)]
        }
        return bytes
    }
}

/// Text forms of addresses.
package enum IPAddress {
    /// Four bytes dotted, sixteen as RFC 5952 writes them.
    package static func text(_ bytes: [UInt8]) -> String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        // An IPv4 address inside, by its well-known prefix (5): the last part is dotted.
        if bytes.starts(with: repeatElement(0, count: 10) + [0xff, 0xff]) { return "::ffff:" + text(Array(bytes.suffix(4))) }
        let groups = stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        // The longest run of zero groups, of two or more, is left out; the first of equals.
        var best = 0..<0
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > best.count, end - start > 1 { best = start..<end }
            start = max(end, start + 1)
        }
        func joined(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        if best.isEmpty { return joined(groups[...]) }
        return joined(groups[..<best.lowerBound]) + "::" + joined(groups[best.upperBound...])
    }
}
