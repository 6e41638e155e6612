/// A line of `authorized_keys` that holds a key: options, key, comment (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
package struct AuthorizedKeyLine: Hashable, Sendable {
    package let options: KeyOptions?
    package let key: PublicKey
    package let comment: ForeignText

    /// - Parameter comment: no line feed or other control character may be in it; those are left out.
    package init(options: KeyOptions? = nil, key: PublicKey, comment: ForeignText = ForeignText("")) {
        self.options = options
        self.key = key
        self.comment = ForeignText(comment.bytes.filter { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 })
    }

    /// Reads a line as sshd's `auth_check_authkey_line` does: as a key, and if it is none, as options and a key. A line is
    /// read here if and only if sshd would compare its key with a client's.
    ///
    /// - Throws: `KeyFault`; `.notAKey` also for an empty line and a comment. Weakness is judged apart, and so is what a
    ///   sender may not send though sshd would read it; see `KeyMaterial`.
    package init(_ bytes: some Sequence<UInt8>) throws(KeyFault) {
        let reading = try LineReading(Array(bytes))
        guard case .key(let key) = reading.found else { throw .notAKey }
        self.init(options: reading.options, key: key, comment: ForeignText(reading.comment))
    }

    /// As it is written to a file, without line end: one blank between the parts.
    package var bytes: [UInt8] {
        var line: [UInt8] = []
        if let options { line += options.text.bytes + [0x20] }
        line += Array(key.type.rawValue.utf8) + [0x20] + Base64.encode(key.blob)
        if !comment.isEmpty { line += [0x20] + comment.bytes }
        return line
    }

    /// What a login with this key gets from this line.
    package var effect: KeyOptions.Effect { options?.effect ?? .opens }
}

/// One line taken apart, plain key or certificate.
struct LineReading {
    enum Found {
        case key(PublicKey)
        case certificate(KeyCertificate)
    }

    let options: KeyOptions?
    let found: Found
    let comment: ArraySlice<UInt8>

    /// - Parameter line: without its line end, or with it; nothing is read behind NUL, where sshd's C string ends.
    init(_ line: [UInt8]) throws(KeyFault) {
        var rest = line.prefix { $0 != 0 }
        rest = Self.skipBlanks(rest)
        // A '#' begins a comment only here; inside a line it is part of one.
        guard let first = rest.first, first != UInt8(ascii: "#"), first != 0x0a, first != 0x0d else { throw .notAKey }
        if let parts = try Self.key(rest) {
            (found, comment) = parts
            options = nil
            return
        }
        let end = try KeyOptions.end(in: rest)
        guard let parts = try Self.key(Self.skipBlanks(rest[end...])) else { throw .notAKey }
        (found, comment) = parts
        options = try KeyOptions(rest[..<end])
    }

    /// The key and what follows it; nil where the first word names no type of key.
    private static func key(_ text: ArraySlice<UInt8>) throws(KeyFault) -> (Found, ArraySlice<UInt8>)? {
        let word = text.prefix { !KeyOptions.isBlank($0) && $0 != 0x0a && $0 != 0x0d }
        guard let name = KeyType.named(word) else { return nil }
        let rest = skipBlanks(text[word.endIndex...])
        let base64 = rest.prefix { !KeyOptions.isBlank($0) }
        guard base64.contains(where: { $0 > 0x20 }) else { throw .missingBase64 }
        // b64_pton steps over what C calls white space, so that the CR of a CRLF does not harm.
        guard let blob = Base64.decode(base64, skippingWhiteSpace: true) else { throw .brokenBase64 }
        var end = skipBlanks(rest[base64.endIndex...])
        while let last = end.last, last <= 0x20 { end.removeLast() }
        if name.isCertificate {
            let certificate = try KeyCertificate(blob: blob)
            guard certificate.plainKey.type == name.type else {
                throw .otherType(said: name.type, holds: certificate.plainKey.type)
            }
            return (.certificate(certificate), end)
        }
        let key = try plainKey(blob, said: name.type)
        return (.key(key), end)
    }

    private static func plainKey(_ blob: [UInt8], said: KeyType) throws(KeyFault) -> PublicKey {
        var reader = WireReader(blob)
        let held = KeyType.named(try reader.string())
        guard let held, held.type == said, !held.isCertificate else { throw .otherType(said: said, holds: held?.type) }
        return try PublicKey(blob: blob)
    }

    private static func skipBlanks(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        text.drop(while: KeyOptions.isBlank)
    }
}
