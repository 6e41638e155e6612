/// Reads the encoding of SSH's packets, which is also that of its keys (RFC 4251, 5).
struct WireReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ count: Int) throws(KeyFault) {
        guard rest.count >= count else { throw .cutOff }
        rest.removeFirst(count)
    }

    mutating func uint32() throws(KeyFault) -> UInt32 {
        guard rest.count >= 4 else { throw .cutOff }
        let value = rest.prefix(4).reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        rest.removeFirst(4)
        return value
    }

    mutating func string() throws(KeyFault) -> ArraySlice<UInt8> {
        let count = Int(try uint32())
        guard rest.count >= count else { throw .cutOff }
        defer { rest.removeFirst(count) }
        return rest.prefix(count)
    }

    /// A positive number, without the zero bytes in front (`sshbuf_get_bignum2_bytes_direct`: those are let pass, a negative
    /// number is not).
    mutating func positiveNumber() throws(KeyFault) -> ArraySlice<UInt8> {
        let bytes = try string()
        if let first = bytes.first, first & 0x80 != 0 { throw .unusable("a number in it is negative") }
        return bytes.drop { $0 == 0 }
    }
}

/// Writes the same encoding.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(string: some Collection<UInt8>) {
        let count = UInt32(string.count)
        for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
        bytes.append(contentsOf: string)
    }

    mutating func put(string: String) {
        put(string: Array(string.utf8))
    }

    /// `number` has no zero bytes in front; one is set there where the number would read as negative.
    mutating func put(positiveNumber number: some Collection<UInt8>) {
        if let first = number.first, first & 0x80 != 0 {
            put(string: [0] + Array(number))
        } else {
            put(string: number)
        }
    }
}
