internal import AgentCore
internal import COpenSSL

/// A CMS envelope (RFC 5652 EnvelopedData, RFC 5083 AuthEnvelopedData), opened by libcrypto.
///
/// The content key comes wrapped by RSA, PKCS #1 v1.5 or OAEP; the content is in des-ede3-cbc, AES-CBC or AES-GCM, whatever this
/// machine's OpenSSL offers. A wrapped key that does not decrypt is replaced by a random one (`CMS_decrypt_set1_pkey` with a
/// certificate, without CMS_DEBUG_DECRYPT), so that a wrong wrapped key and a wrong content fail in the same way.
final class Envelope {
    private let cms: OpaquePointer
    /// The plaintext is never longer than this.
    private let size: Int

    /// - Parameter der: exactly one ContentInfo.
    init(der: [UInt8]) throws(EnvelopeFault) {
        OpenSSLErrors.clear()
        var used = 0
        let cms = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var start = buffer.baseAddress
            let read = d2i_CMS_ContentInfo(nil, &start, buffer.count)
            if let base = buffer.baseAddress, let start { used = start - base }
            return read
        }
        guard let cms else { throw EnvelopeFault("the envelope is truncated or no CMS message in DER: \(OpenSSLErrors.take())") }
        self.cms = cms
        size = der.count
        guard used == der.count else { throw EnvelopeFault("\(der.count - used) bytes follow the envelope") }
        try Self.judge(cms)
    }

    deinit { CMS_ContentInfo_free(cms) }

    private static func judge(_ cms: OpaquePointer) throws(EnvelopeFault) {
        let type = OBJ_obj2nid(CMS_get0_type(cms))
        guard type == NID_pkcs7_enveloped || type == NID_id_smime_ct_authEnvelopedData else {
            throw EnvelopeFault("the CMS message is of another kind than EnvelopedData (\(name(of: type)))")
        }
        guard let content = CMS_get0_content(cms)?.pointee, ASN1_STRING_length(content) > 0 else {
            throw EnvelopeFault("the envelope has no content")
        }
    }

    private static func name(of type: Int32) -> String { OBJ_nid2sn(type).map { String(cString: $0) } ?? "unknown" }

    /// The plaintext, straight into memory that is wiped.
    func open(certificate: borrowing EnvelopeCertificate, key: borrowing EnvelopeKey) throws(EnvelopeFault) -> Secret {
        OpenSSLErrors.clear()
        guard CMS_decrypt_set1_pkey(cms, key.raw, certificate.raw) == 1 else {
            throw EnvelopeFault("the envelope is not for this certificate: \(OpenSSLErrors.take())")
        }
        // Lays the cipher over the content; its buffer is wiped when it is freed.
        guard let chain = CMS_dataInit(cms, nil) else {
            throw EnvelopeFault(
                "this machine's OpenSSL does not offer the envelope's cipher (does it run in FIPS mode?): \(OpenSSLErrors.take())")
        }
        defer { BIO_free_all(chain) }
        let text = try Secret(capacity: size) { (buffer) throws(EnvelopeFault) in try Self.drain(chain, into: buffer) }
        guard !text.isEmpty else { throw EnvelopeFault("there is nothing in the envelope") }
        return text
    }

    private static func drain(_ chain: OpaquePointer, into buffer: UnsafeMutableRawBufferPointer) throws(EnvelopeFault) -> Int {
        var used = 0
        while used < buffer.count {
            let count = BIO_read(chain, buffer.baseAddress! + used, Int32(clamping: buffer.count - used))
            guard count > 0 else { break }
            used += Int(count)
        }
        // The padding of CBC, the tag of GCM: 1 only if the cipher's last block was as it should be.
        guard BIO_ctrl(chain, BIO_C_GET_CIPHER_STATUS, 0, nil) == 1 else {
            throw EnvelopeFault("the envelope does not decrypt: it was damaged, or sealed for another key (\(OpenSSLErrors.take()))")
        }
        return used
    }
}
