internal import AgentCore
internal import COpenSSL

/// Makes an RSA key and a certificate for it that the key itself has signed.
enum KeyPairMaker {
    static let bits: Int32 = 3072

    struct Pair {
        /// PKCS #8 in PEM.
        let key: Secret
        let certificate: [UInt8]
    }

    static func make(commonName: String) throws(EnvelopeFault) -> Pair {
        OpenSSLErrors.clear()
        let key = EnvelopeKey(owning: try generate())
        guard let raw = X509_new() else { throw failure("certificate") }
        let certificate = EnvelopeCertificate(owning: raw)
        // Valid for ever: a machine whose clock is wrong must still be reached, and nothing but the machine id ends it.
        guard X509_set_version(raw, 2) == 1, ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), try serial()) == 1,
            ASN1_TIME_set_string(X509_getm_notBefore(raw), "20000101000000Z") == 1,
            ASN1_TIME_set_string(X509_getm_notAfter(raw), "99991231235959Z") == 1,
            let name = X509_get_subject_name(raw),
            X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_FLAG | 1, Array(commonName.utf8), Int32(commonName.utf8.count), -1, 0) == 1,
            X509_set_issuer_name(raw, name) == 1, X509_set_pubkey(raw, key.raw) == 1, X509_sign(raw, key.raw, EVP_sha256()) > 0
        else { throw failure("certificate") }
        return Pair(key: try pem(key), certificate: try pem(certificate))
    }

    private static func generate() throws(EnvelopeFault) -> OpaquePointer {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { throw failure("key") }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) > 0, EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) > 0,
            EVP_PKEY_generate(context, &key) > 0, let key
        else { throw failure("key") }
        return key
    }

    private static func serial() throws(EnvelopeFault) -> UInt64 {
        var bytes = [UInt8](repeating: 0, count: 8)
        guard RAND_bytes(&bytes, 8) == 1 else { throw failure("serial number") }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) } >> 1
    }

    private static func pem(_ key: borrowing EnvelopeKey) throws(EnvelopeFault) -> Secret {
        // Memory that OpenSSL wipes when it frees it.
        let stream = try Stream(owning: BIO_new(BIO_s_secmem()))
        guard PEM_write_bio_PKCS8PrivateKey(stream.raw, key.raw, nil, nil, 0, nil, nil) == 1 else { throw failure("key") }
        return stream.secret()
    }

    private static func pem(_ certificate: borrowing EnvelopeCertificate) throws(EnvelopeFault) -> [UInt8] {
        let stream = try Stream(owning: BIO_new(BIO_s_mem()))
        guard PEM_write_bio_X509(stream.raw, certificate.raw) == 1 else { throw failure("certificate") }
        return stream.bytes()
    }

    private static func failure(_ what: String) -> EnvelopeFault {
        EnvelopeFault("OpenSSL could not make the \(what): \(OpenSSLErrors.take())")
    }
}

extension Stream {
    /// All that was written to a memory BIO.
    func bytes() -> [UInt8] {
        withContents { Array($0) }
    }

    func secret() -> Secret {
        withContents { contents in
            Secret(capacity: contents.count) { buffer in
                buffer.copyMemory(from: contents)
                return contents.count
            }
        }
    }

    private func withContents<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var start: UnsafeMutablePointer<CChar>?
        let count = withUnsafeMutablePointer(to: &start) { BIO_ctrl(raw, BIO_CTRL_INFO, 0, $0) }
        return body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(count)))
    }
}

extension EnvelopeCertificate {
    /// The subject's CN, as it was made here.
    func commonName() -> String? {
        guard let name = X509_get_subject_name(raw) else { return nil }
        let index = X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard index >= 0, let data = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)) else { return nil }
        let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(data), count: Int(ASN1_STRING_length(data)))
        guard bytes.allSatisfy({ (0x20...0x7e).contains($0) }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// SHA-256, two digits for each byte with colons between them, as `openssl x509 -fingerprint -sha256` prints it.
    func fingerprint() -> String? {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard X509_digest(raw, EVP_sha256(), &digest, &count) == 1 else { return nil }
        return digest[..<Int(count)].map { Hex.text(of: [$0]).uppercased() }.joined(separator: ":")
    }
}
