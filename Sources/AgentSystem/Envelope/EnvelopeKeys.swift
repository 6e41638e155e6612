internal import AgentCore
internal import COpenSSL

/// Where certificates and their keys lie: `<SHA-1 in upper case>.crt` and `.prv` in the Azure agent's folders, and this agent's own
/// key pair.
struct EnvelopeKeys {
    let root: Root
    /// The first that has the certificate serves.
    let folders: [String]
    /// The folder of this agent's own `machine.crt` and `machine.key`.
    let own: String

    static let ownCertificate = "machine.crt"
    static let ownKey = "machine.key"
    private static let limit = 64 << 10

    /// Opens an envelope with the key of its recipient.
    ///
    /// - Parameter thumbprint: 40 hexadecimal digits, as `SettingsDocument` has judged them; nil means the agent's own key.
    func open(_ der: [UInt8], thumbprint: String?) throws(EnvelopeFault) -> Secret {
        let envelope = try Envelope(der: der)
        let place = try locate(thumbprint)
        let certificate = try EnvelopeCertificate.read(place.pem, naming: place.certificate)
        let key = try EnvelopeKey.read(try read(place.key, missing: "the private key of \(place.certificate)"), naming: place.key)
        guard X509_check_private_key(certificate.raw, key.raw) == 1 else {
            throw EnvelopeFault("\(place.key) is not the private key of \(place.certificate): \(OpenSSLErrors.take())")
        }
        return try envelope.open(certificate: certificate, key: key)
    }

    private struct Place {
        let certificate: String
        let pem: Secret
        let key: String
    }

    private func locate(_ thumbprint: String?) throws(EnvelopeFault) -> Place {
        if let thumbprint {
            for folder in folders {
                let path = "\(folder)/\(thumbprint).crt"
                guard let pem = try readIfThere(path) else { continue }
                return Place(certificate: path, pem: pem, key: "\(folder)/\(thumbprint).prv")
            }
        }
        let path = "\(own)/\(Self.ownCertificate)"
        let key = "\(own)/\(Self.ownKey)"
        if let pem = try readIfThere(path) {
            guard let thumbprint else { return Place(certificate: path, pem: pem, key: key) }
            if try EnvelopeCertificate.read(pem, naming: path).thumbprint() == thumbprint {
                return Place(certificate: path, pem: pem, key: key)
            }
        }
        guard let thumbprint else {
            throw EnvelopeFault(
                "the envelope names no certificate (protectedSettingsCertThumbprint), and this machine has none of its own")
        }
        let places = (folders + [own]).joined(separator: " or ")
        throw EnvelopeFault("there is no certificate \(thumbprint).crt in \(places); was the Azure agent's folder cleared?")
    }

    private func readIfThere(_ path: String) throws(EnvelopeFault) -> Secret? {
        do throws(Fault) {
            return try root.readSecret(path, limit: Self.limit)
        } catch {
            throw EnvelopeFault(error.message)
        }
    }

    private func read(_ path: String, missing what: String) throws(EnvelopeFault) -> Secret {
        guard let text = try readIfThere(path) else { throw EnvelopeFault("\(path) is missing: \(what)") }
        return text
    }
}
