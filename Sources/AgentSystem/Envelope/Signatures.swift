internal import AgentCore
internal import COpenSSL

/// Signatures over settings: by whichever key, with SHA-256, or the one digest that the key's kind has (Ed25519).
enum Signatures {
    static func sign(_ payload: [UInt8], _ key: borrowing EnvelopeKey) throws(EnvelopeFault) -> [UInt8] {
        OpenSSLErrors.clear()
        guard let context = EVP_MD_CTX_new() else { throw failure("sign") }
        defer { EVP_MD_CTX_free(context) }
        var count = 0
        guard EVP_DigestSignInit(context, nil, digest(for: key.raw), nil, key.raw) == 1,
            EVP_DigestSign(context, nil, &count, payload, payload.count) == 1
        else { throw failure("sign") }
        var value = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &value, &count, payload, payload.count) == 1 else { throw failure("sign") }
        return Array(value[..<count])
    }

    /// - Parameter pem: a public key, or a certificate that holds one.
    static func verify(_ value: [UInt8], _ payload: [UInt8], by pem: Secret, naming path: String) throws(EnvelopeFault) -> Bool {
        OpenSSLErrors.clear()
        let key = try publicKey(pem, naming: path)
        guard let context = EVP_MD_CTX_new() else { throw failure("verify a signature") }
        defer {
            EVP_MD_CTX_free(context)
            OpenSSLErrors.clear()
        }
        guard EVP_DigestVerifyInit(context, nil, digest(for: key.raw), nil, key.raw) == 1 else { throw failure("verify a signature") }
        return EVP_DigestVerify(context, value, value.count, payload, payload.count) == 1
    }

    private static func publicKey(_ pem: Secret, naming path: String) throws(EnvelopeFault) -> EnvelopeKey {
        let raw = pem.withBytes { bytes -> OpaquePointer? in
            guard let stream = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(stream) }
            return PEM_read_bio_PUBKEY(stream, nil, nil, nil)
        }
        if let raw { return EnvelopeKey(owning: raw) }
        OpenSSLErrors.clear()
        let certificate = try EnvelopeCertificate.read(pem, naming: path)
        guard let key = X509_get_pubkey(certificate.raw) else { throw failure("read \(path)") }
        return EnvelopeKey(owning: key)
    }

    private static func digest(for key: OpaquePointer) -> OpaquePointer? {
        let kind = EVP_PKEY_get_base_id(key)
        return kind == EVP_PKEY_ED25519 || kind == EVP_PKEY_ED448 ? nil : EVP_sha256()
    }

    private static func failure(_ doing: String) -> EnvelopeFault { EnvelopeFault("OpenSSL cannot \(doing): \(OpenSSLErrors.take())") }
}
