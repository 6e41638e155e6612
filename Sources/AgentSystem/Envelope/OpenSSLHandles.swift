internal import AgentCore
internal import COpenSSL

/// A BIO(7) that is freed with its owner.
struct Stream: ~Copyable {
    let raw: OpaquePointer

    init(owning raw: OpaquePointer?) throws(EnvelopeFault) {
        guard let raw else { throw EnvelopeFault("OpenSSL gives no buffer: \(OpenSSLErrors.take())") }
        self.raw = raw
    }

    deinit { BIO_free_all(raw) }
}

/// An X.509 certificate.
struct EnvelopeCertificate: ~Copyable {
    let raw: OpaquePointer

    init(owning raw: OpaquePointer) { self.raw = raw }
    deinit { X509_free(raw) }

    /// The first certificate of a PEM text; what stands around it ("Bag Attributes") is passed over.
    static func read(_ pem: Secret, naming path: String) throws(EnvelopeFault) -> EnvelopeCertificate {
        let raw = pem.withBytes { bytes -> OpaquePointer? in
            guard let stream = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(stream) }
            return PEM_read_bio_X509(stream, nil, nil, nil)
        }
        guard let raw else { throw EnvelopeFault("\(path) holds no certificate in PEM: \(OpenSSLErrors.take())") }
        return EnvelopeCertificate(owning: raw)
    }

    /// SHA-1 of the certificate, 40 upper-case digits: Azure's name for it. No protection rests on it.
    func thumbprint() -> String? {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard X509_digest(raw, EVP_sha1(), &digest, &count) == 1 else {
            OpenSSLErrors.clear()
            return nil
        }
        return Hex.text(of: digest[..<Int(count)]).uppercased()
    }
}

/// A private key.
struct EnvelopeKey: ~Copyable {
    let raw: OpaquePointer

    init(owning raw: OpaquePointer) { self.raw = raw }
    deinit { EVP_PKEY_free(raw) }

    /// The first private key of a PEM text, in PKCS #8 or a form of its own. One under a passphrase is refused: nobody is there
    /// to be asked.
    static func read(_ pem: Secret, naming path: String) throws(EnvelopeFault) -> EnvelopeKey {
        let raw = pem.withBytes { bytes -> OpaquePointer? in
            guard let stream = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(stream) }
            // Without a function of ours OpenSSL would ask on the terminal.
            return PEM_read_bio_PrivateKey(stream, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let raw else { throw EnvelopeFault("\(path) holds no private key in PEM that can be read: \(OpenSSLErrors.take())") }
        return EnvelopeKey(owning: raw)
    }
}
