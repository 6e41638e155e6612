package import AgentCore
internal import COpenSSL
internal import Glibc

/// Seals settings for one machine: a file that only the holder of the certificate's key can read.
package struct Sealer {
    package enum Cipher: Sendable {
        /// AuthEnvelopedData: what was changed on the way does not open.
        case aes256GCM
        /// EnvelopedData, for tools that know no other.
        case aes256CBC
    }

    private let root: Root
    private static let limit = 1 << 20

    package init(root: Root) {
        self.root = root
    }

    /// - Parameters:
    ///   - settings: JSON; refused here where the machine would refuse it, so that the mistake shows before it is sent.
    ///   - path: the certificate, in PEM.
    /// - Returns: the file to drop.
    package func seal(_ settings: Secret, to path: String, _ cipher: Cipher) throws -> JSONOutput {
        _ = try Request(settings: settings)
        guard let pem = try root.readSecret(path, limit: Self.limit) else { throw Fault("read \(path)", cause: "there is no such file") }
        do throws(EnvelopeFault) {
            let certificate = try EnvelopeCertificate.read(pem, naming: path)
            guard let thumbprint = certificate.thumbprint() else { throw EnvelopeFault("\(path) cannot be digested") }
            let der = try Self.encrypt(settings, certificate, cipher)
            return .object([
                ("protectedSettings", .string(String(decoding: Base64.encode(der), as: UTF8.self))),
                ("protectedSettingsCertThumbprint", .string(thumbprint)),
            ])
        } catch {
            throw Fault("seal the settings", cause: error.detail)
        }
    }

    /// The file with a signature beside the envelope.
    ///
    /// - Parameters:
    ///   - path: the certificate that it was sealed for, which names the machine.
    ///   - signer: the sender's private key, in PEM.
    ///   - sequence: higher than that of any file before.
    package func sign(_ file: JSONOutput, to path: String, with signer: String, sequence: Int) throws(Fault) -> JSONOutput {
        guard case .object(let members) = file, case .string(let base64)? = members.first?.1, let der = Base64.decode(base64.utf8),
            let pem = try root.readSecret(path, limit: Self.limit)
        else { throw Fault("sign the settings", cause: "there is no envelope") }
        guard let keyText = try root.readSecret(signer, limit: Self.limit) else {
            throw Fault("read \(signer)", cause: "there is no such file")
        }
        do throws(EnvelopeFault) {
            let certificate = try EnvelopeCertificate.read(pem, naming: path)
            guard let identity = certificate.commonName(), identity.utf8.count == 32 else {
                throw EnvelopeFault("\(path) is no certificate of a machine's: 'vmaccess-agent certificate' prints one")
            }
            let payload = SettingsSignature.payload(identity: identity, sequence: sequence, envelope: der)
            let value = try Signatures.sign(payload, EnvelopeKey.read(keyText, naming: signer))
            let signature = SettingsSignature(identity: identity, sequence: sequence, value: value)
            return .object(members + [(SettingsSignature.name, signature.document)])
        } catch {
            throw Fault("sign the settings", cause: error.detail)
        }
    }

    private static func encrypt(
        _ settings: Secret, _ certificate: borrowing EnvelopeCertificate, _ cipher: Cipher
    ) throws(EnvelopeFault) -> [UInt8] {
        OpenSSLErrors.clear()
        let algorithm = cipher == .aes256GCM ? EVP_aes_256_gcm() : EVP_aes_256_cbc()
        let flags = UInt32(CMS_BINARY | CMS_PARTIAL)
        guard let cms = CMS_encrypt(nil, nil, algorithm, flags) else { throw failure() }
        defer { CMS_ContentInfo_free(cms) }
        guard let recipient = CMS_add1_recipient_cert(cms, certificate.raw, UInt32(CMS_KEY_PARAM)) else { throw failure() }
        if let context = CMS_RecipientInfo_get0_pkey_ctx(recipient) {
            guard EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 else { throw failure() }
        }
        let finished = settings.withBytes { bytes -> Int32 in
            guard let stream = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return 0 }
            defer { BIO_free(stream) }
            return CMS_final(cms, stream, nil, flags)
        }
        guard finished == 1 else { throw failure() }
        var length = i2d_CMS_ContentInfo(cms, nil)
        guard length > 0 else { throw failure() }
        var der = [UInt8](repeating: 0, count: Int(length))
        der.withUnsafeMutableBufferPointer { buffer in
            var end = buffer.baseAddress
            length = i2d_CMS_ContentInfo(cms, &end)
        }
        guard Int(length) == der.count else { throw failure() }
        return der
    }

    private static func failure() -> EnvelopeFault { EnvelopeFault("OpenSSL could not: \(OpenSSLErrors.take())") }
}
