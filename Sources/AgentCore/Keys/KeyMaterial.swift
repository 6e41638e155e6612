/// One key of `ssh_key`, by the form in which it was sent.
package enum KeyMaterial: Hashable, Sendable {
    /// An OpenSSH line, or an RFC 4716 block made into one. Complete, of a known type, and not weak.
    case line(AuthorizedKeyLine)
    /// An X.509 certificate, DER (RFC 5280). Its key is libcrypto's to take out; see `PublicKey`'s initialisers.
    case certificate([UInt8])

    /// The keys of `ssh_key`, in order, and what the sender is to be told of them.
    package struct Reading: Sendable {
        /// At least one.
        package let keys: [KeyMaterial]
        package let warnings: [String]
    }

    /// Classifies and reads the text of `ssh_key`: OpenSSH lines, RFC 4716 blocks and PEM certificates, in any mixture, with
    /// comments and blank lines between them.
    ///
    /// Nothing is copied out of `text` before it is known to hold no private key.
    ///
    /// - Throws: `Refusal` naming the line, if any of it is anything else.
    package static func read(_ text: Secret) throws(Refusal) -> Reading {
        let lines = KeyText(text).lines
        if KeyMistake.isPrivateKey(lines) { throw KeyMistake.privateKey.refusal }
        guard let first = lines.first else {
            throw Refusal(
                reason: "bad-key", message: "\"ssh_key\" holds no key, only blanks or comments: send the line of a .pub file")
        }
        var reader = KeyMaterialReader(rest: lines[...])
        do {
            while !reader.rest.isEmpty { try reader.readNext() }
        } catch {
            // Said of the first line only: further down it is one bad line among good ones.
            if error.line == first.number, error.fault == .notAKey, let mistake = KeyMistake(first.text) { throw mistake.refusal }
            let reason = if case .weak = error.fault { "weak-key" } else { "bad-key" }
            throw Refusal(reason: reason, message: "\"ssh_key\", line \(error.line), \(error.fault.message)")
        }
        return Reading(keys: reader.keys, warnings: reader.warnings)
    }
}

/// Takes one key after the other from the lines.
private struct KeyMaterialReader {
    struct LineFault: Error {
        let line: Int
        let fault: KeyFault
    }

    var rest: ArraySlice<KeyText.Line>
    var keys: [KeyMaterial] = []
    var warnings: [String] = []

    init(rest: ArraySlice<KeyText.Line>) {
        self.rest = rest
    }

    mutating func readNext() throws(LineFault) {
        guard let line = rest.first else { return }
        do throws(KeyFault) {
            if line.text.elementsEqual(RFC4716.beginning.utf8) {
                try add(RFC4716.read(try takeBlock(end: RFC4716.end)))
            } else if line.text.elementsEqual("-----BEGIN CERTIFICATE-----".utf8) {
                keys.append(.certificate(try Self.certificate(takeBlock(end: "-----END CERTIFICATE-----"))))
            } else {
                rest.removeFirst()
                try readLine(line)
            }
        } catch {
            throw LineFault(line: line.number, fault: error)
        }
    }

    private mutating func readLine(_ line: KeyText.Line) throws(KeyFault) {
        guard line.text.count <= KeyFault.longestLine else { throw .tooLong }
        // Looked for in place: the body of a private key without its first line must not be copied either.
        guard ["ssh-", "ecdsa-", "rsa-sha2-"].contains(where: line.text.contains(word:)) else { throw .notAKey }
        let reading = try LineReading(Array(line.text))
        let comment = ForeignText(reading.comment)
        switch reading.found {
        case .key(let key):
            try add(AuthorizedKeyLine(options: reading.options, key: key, comment: comment), from: line.text)
        case .certificate(let certificate):
            try add(AuthorizedKeyLine(options: reading.options, key: certificate.plainKey, comment: comment), from: line.text)
            warnings.append(
                "\"ssh_key\", line \(line.number), is a certificate, which authorises nobody here: the plain key in it is used, "
                    + "without the certificate's end and principals")
        }
    }

    private mutating func add(_ line: AuthorizedKeyLine, from text: SecretSlice) throws(KeyFault) {
        if text.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) { throw .controlCharacter }
        try add(line)
    }

    private mutating func add(_ line: AuthorizedKeyLine) throws(KeyFault) {
        if let weakness = line.key.weakness { throw weakness }
        keys.append(.line(line))
    }

    /// The lines between the one that begins a block and the one that ends it; steps over all of them.
    private mutating func takeBlock(end: String) throws(KeyFault) -> [[UInt8]] {
        guard let last = rest.firstIndex(where: { $0.text.elementsEqual(end.utf8) }) else { throw .cutOff }
        let body = rest[rest.startIndex + 1..<last].map { Array($0.text) }
        rest = rest[(last + 1)...]
        return body
    }

    /// PEM (RFC 7468): base64 of one DER SEQUENCE whose length is that of the whole.
    private static func certificate(_ body: [[UInt8]]) throws(KeyFault) -> [UInt8] {
        guard let der = Base64.decode(body.joined()) else { throw .brokenBase64 }
        guard let length = DERHeader.length(of: der) else { throw .unusable("its base64 holds no X.509 certificate") }
        guard length <= der.count else { throw .cutOff }
        guard length == der.count else { throw .trailingBytes }
        return der
    }
}

private enum DERHeader {
    /// The bytes of a SEQUENCE with its header (X.690, 8.1.3); nil if it is none. Lengths up to 64 KiB.
    static func length(of der: [UInt8]) -> Int? {
        guard der.count >= 4, der[0] == 0x30 else { return nil }
        switch der[1] {
        case 0x81: return 3 + Int(der[2])
        case 0x82: return 4 + Int(der[2]) << 8 + Int(der[3])
        case ..<0x80: return 2 + Int(der[1])
        default: return nil
        }
    }
}
