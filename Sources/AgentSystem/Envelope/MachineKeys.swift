internal import AgentCore
internal import COpenSSL
internal import Glibc

/// This machine's own key pair, for settings that are sealed outside Azure: made when it is first asked for, and made anew where the
/// machine id is another, so that a clone cannot open what was meant for its original.
package struct MachineKeys {
    private let guest: Guest
    private var folder: String { "\(guest.state)/keys" }
    private var certificatePath: String { "\(folder)/\(EnvelopeKeys.ownCertificate)" }
    private var keyPath: String { "\(folder)/\(EnvelopeKeys.ownKey)" }

    package init(_ guest: Guest) {
        self.guest = guest
    }

    /// The certificate that others seal for.
    package struct Published: Sendable {
        package let pem: [UInt8]
        /// Who this machine is, in the certificate's name and in signatures.
        package let identity: String
        /// SHA-256 of the certificate, for people who compare.
        package let fingerprint: String
        package let isNew: Bool
    }

    /// HMAC of the machine id, which itself is not for strangers (machine-id(5)).
    package func identity() throws(Fault) -> String {
        let path = "/etc/machine-id"
        let id = (try guest.root.read(path, limit: 64) ?? []).filter { Hex.value(of: $0) != nil }
        guard id.count == 32 else {
            throw Fault("tell which machine this is", cause: "\(path) holds no machine id; run systemd-machine-id-setup")
        }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let purpose = Array("vmaccess-agent machine identity".utf8)
        guard HMAC(EVP_sha256(), id, Int32(id.count), purpose, purpose.count, &digest, &count) != nil else {
            throw Fault("tell which machine this is", cause: OpenSSLErrors.take())
        }
        return Hex.text(of: digest[..<16])
    }

    /// The pair that is there, if it is this machine's and whole.
    func published() throws(Fault) -> Published? { try present(identity()) }

    /// The pair that is there, if it is this machine's and whole; else a new one.
    package func ensure() throws(Fault) -> Published {
        let identity = try identity()
        if let found = try present(identity) { return found }
        do throws(EnvelopeFault) {
            let pair = try KeyPairMaker.make(commonName: identity)
            // The key first: a crash in between leaves a pair that does not fit, which is made anew.
            try write(pair.key)
            try write(pair.certificate)
        } catch {
            throw Fault("make this machine's key pair", cause: error.detail)
        }
        guard let made = try present(identity, isNew: true) else {
            throw Fault("make this machine's key pair", cause: "what was written to \(folder) cannot be read back: \(try reason())")
        }
        return made
    }

    /// Why the pair is none, for the one who looks after this machine.
    private func reason() throws(Fault) -> String {
        guard let pem = try guest.root.readSecret(certificatePath) else { return "\(certificatePath) is not there" }
        guard let keyText = try guest.root.readSecret(keyPath) else { return "\(keyPath) is not there" }
        do throws(EnvelopeFault) {
            let certificate = try EnvelopeCertificate.read(pem, naming: certificatePath)
            let key = try EnvelopeKey.read(keyText, naming: keyPath)
            return X509_check_private_key(certificate.raw, key.raw) == 1 ? "it is another machine's" : "the two do not fit"
        } catch {
            return error.detail
        }
    }

    private func present(_ identity: String, isNew: Bool = false) throws(Fault) -> Published? {
        guard let pem = try guest.root.readSecret(certificatePath), let keyText = try guest.root.readSecret(keyPath),
            let certificate = try? EnvelopeCertificate.read(pem, naming: certificatePath),
            let key = try? EnvelopeKey.read(keyText, naming: keyPath), X509_check_private_key(certificate.raw, key.raw) == 1,
            certificate.commonName() == identity, let fingerprint = certificate.fingerprint()
        else {
            OpenSSLErrors.clear()
            return nil
        }
        let bytes = pem.withBytes { Array($0) }
        return Published(pem: bytes, identity: identity, fingerprint: fingerprint, isNew: isNew)
    }

    private func write(_ key: Secret) throws(EnvelopeFault) {
        do throws(Fault) {
            let temporary = "\(keyPath).new"
            try guest.root.remove(temporary)
            let file = try guest.root.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            try file.writeAll(key, naming: temporary)
            try file.sync(naming: temporary)
            let parent = try guest.root.openParent(temporary)
            _ = try retrying("put \(keyPath) in place") {
                renameat(parent.directory.raw, parent.name, parent.directory.raw, EnvelopeKeys.ownKey)
            }
            try guest.root.syncDirectory(of: keyPath)
        } catch {
            throw EnvelopeFault(error.message)
        }
    }

    private func write(_ certificate: [UInt8]) throws(EnvelopeFault) {
        do throws(Fault) {
            try guest.root.replace(certificatePath, with: certificate, Root.Attributes(mode: 0o600))
        } catch {
            throw EnvelopeFault(error.message)
        }
    }
}
