/// A public key, complete and of a type that sshd knows. Two are equal when they are the same key: the blob is written anew
/// from the key's parts, so that odd encodings, which sshd also reads, do not hide a duplicate.
package struct PublicKey: Hashable, Sendable {
    package let type: KeyType
    /// The key as it stands in base64 in `authorized_keys` (RFC 4253, 6.6).
    package let blob: [UInt8]
    /// The size of the modulus (RSA), of the prime (DSA) or of the curve.
    package let bits: Int

    /// Reads a blob as `sshkey_from_blob` does.
    ///
    /// - Throws: `KeyFault` where it is cut off, damaged, or of no known type. Weakness is judged apart.
    package init(blob: [UInt8]) throws(KeyFault) {
        var reader = WireReader(blob)
        guard let name = KeyType.named(try reader.string()), !name.isCertificate else { throw .notAKey }
        try self.init(type: name.type, from: &reader)
        guard reader.isAtEnd else { throw .trailingBytes }
    }

    /// An RSA key by its numbers, most significant byte first, as libcrypto gives them.
    package init(rsaExponent exponent: [UInt8], modulus: [UInt8]) throws(KeyFault) {
        var writer = WireWriter()
        writer.put(string: KeyType.rsa.rawValue)
        writer.put(positiveNumber: exponent.drop { $0 == 0 })
        writer.put(positiveNumber: modulus.drop { $0 == 0 })
        try self.init(blob: writer.bytes)
    }

    /// An ECDSA key by its point, uncompressed (`04 X Y`; SEC 1, 2.3.3).
    package init(ecdsa type: KeyType, point: [UInt8]) throws(KeyFault) {
        guard let curve = type.curve, type != .skEcdsa256 else { throw .unusable("its curve is not the one of its type") }
        var writer = WireWriter()
        writer.put(string: type.rawValue)
        writer.put(string: curve.name)
        writer.put(string: point)
        try self.init(blob: writer.bytes)
    }

    /// An Ed25519 key by its 32 bytes.
    package init(ed25519 bytes: [UInt8]) throws(KeyFault) {
        var writer = WireWriter()
        writer.put(string: KeyType.ed25519.rawValue)
        writer.put(string: bytes)
        try self.init(blob: writer.bytes)
    }

    /// The parts behind the type's name.
    init(type: KeyType, from reader: inout WireReader) throws(KeyFault) {
        var writer = WireWriter()
        writer.put(string: type.rawValue)
        switch type {
        case .rsa: bits = try Self.copyRSA(from: &reader, to: &writer)
        case .dsa: bits = try Self.copyDSA(from: &reader, to: &writer)
        case .ecdsa256, .ecdsa384, .ecdsa521: bits = try Self.copyPoint(type, from: &reader, to: &writer)
        case .skEcdsa256:
            bits = try Self.copyPoint(type, from: &reader, to: &writer)
            try Self.copyApplication(from: &reader, to: &writer)
        case .ed25519:
            bits = try Self.copyEd25519(from: &reader, to: &writer)
        case .skEd25519:
            bits = try Self.copyEd25519(from: &reader, to: &writer)
            try Self.copyApplication(from: &reader, to: &writer)
        }
        self.type = type
        blob = writer.bytes
    }

    /// The reason not to let anyone in with this key; nil for a sound one.
    package var weakness: KeyFault? {
        switch type {
        case .rsa where bits < 2048: .weak("it is an RSA key of \(bits) bits, and fewer than 2048 can be broken")
        case .dsa: .weak("it is a DSA key, which sshd has refused since OpenSSH 7.0")
        default: nil
        }
    }
}

extension PublicKey {
    /// `SSHBUF_MAX_BIGNUM` of OpenSSH, in bits: it reads no larger number.
    private static let mostBits = 16384

    private static func bits(of number: ArraySlice<UInt8>) -> Int {
        guard let first = number.first else { return 0 }
        return number.count * 8 - first.leadingZeroBitCount
    }

    /// RFC 4253, 6.6: e, n.
    private static func copyRSA(from reader: inout WireReader, to writer: inout WireWriter) throws(KeyFault) -> Int {
        let exponent = try reader.positiveNumber()
        let modulus = try reader.positiveNumber()
        let bits = bits(of: modulus)
        guard bits <= mostBits else { throw .unusable("its modulus has more than \(mostBits) bits, which sshd does not read") }
        guard let last = modulus.last, last & 1 == 1 else { throw .unusable("its modulus is even") }
        guard let low = exponent.last, low & 1 == 1, exponent.count > 1 || low > 1 else {
            throw .unusable("its exponent is not an odd number above 1")
        }
        writer.put(positiveNumber: exponent)
        writer.put(positiveNumber: modulus)
        return bits
    }

    /// RFC 4253, 6.6: p, q, g, y.
    private static func copyDSA(from reader: inout WireReader, to writer: inout WireWriter) throws(KeyFault) -> Int {
        let prime = try reader.positiveNumber()
        writer.put(positiveNumber: prime)
        for _ in 0..<3 { writer.put(positiveNumber: try reader.positiveNumber()) }
        return bits(of: prime)
    }

    /// RFC 5656, 3.1: the curve's name, the point. That the point is on the curve is for ssh-keygen to say.
    private static func copyPoint(
        _ type: KeyType, from reader: inout WireReader, to writer: inout WireWriter
    ) throws(KeyFault) -> Int {
        let name = try reader.string()
        let point = try reader.string()
        guard let curve = type.curve, name.elementsEqual(curve.name.utf8) else {
            throw .unusable("its curve is not the one of its type")
        }
        guard point.count == 1 + 2 * curve.coordinate, point.first == 4 else {
            throw .unusable("its point is not an uncompressed one of its curve")
        }
        writer.put(string: name)
        writer.put(string: point)
        return curve.coordinate == 66 ? 521 : curve.coordinate * 8
    }

    /// RFC 8709, 4.
    private static func copyEd25519(from reader: inout WireReader, to writer: inout WireWriter) throws(KeyFault) -> Int {
        let bytes = try reader.string()
        guard bytes.count == 32 else { throw .unusable("an Ed25519 key has 32 bytes") }
        writer.put(string: bytes)
        return 256
    }

    /// PROTOCOL.u2f: the application a security key is bound to, most often "ssh:".
    private static func copyApplication(from reader: inout WireReader, to writer: inout WireWriter) throws(KeyFault) {
        let application = try reader.string()
        // sshd reads it as a C string and refuses one with NUL inside.
        guard !application.contains(0) else { throw .unusable("its application holds NUL") }
        writer.put(string: application)
    }
}
