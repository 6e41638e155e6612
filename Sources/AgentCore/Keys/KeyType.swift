/// The types of plain keys that sshd takes, by their names on the wire (OpenSSH's `keyimpls`; RFC 4253, 5656, 8709).
package enum KeyType: String, CaseIterable, Hashable, Sendable {
    case ed25519 = "ssh-ed25519"
    case skEd25519 = "sk-ssh-ed25519@openssh.com"
    case ecdsa256 = "ecdsa-sha2-nistp256"
    case ecdsa384 = "ecdsa-sha2-nistp384"
    case ecdsa521 = "ecdsa-sha2-nistp521"
    case skEcdsa256 = "sk-ecdsa-sha2-nistp256@openssh.com"
    case rsa = "ssh-rsa"
    case dsa = "ssh-dss"

    /// What may stand in front of the base64: the type's own name, its certificates', and the names of signatures, which
    /// sshd reads as the key's type.
    package struct Name: Hashable, Sendable {
        package let type: KeyType
        package let isCertificate: Bool
    }

    package static func named(_ word: some Collection<UInt8>) -> Name? {
        names[Array(word)]
    }

    private static let names: [[UInt8]: Name] = {
        var names: [[UInt8]: Name] = [:]
        for type in allCases {
            names[Array(type.rawValue.utf8)] = Name(type: type, isCertificate: false)
            names[Array(type.certificateName.utf8)] = Name(type: type, isCertificate: true)
        }
        for hash in ["256", "512"] {
            names[Array("rsa-sha2-\(hash)".utf8)] = Name(type: .rsa, isCertificate: false)
            names[Array("rsa-sha2-\(hash)-cert-v01@openssh.com".utf8)] = Name(type: .rsa, isCertificate: true)
        }
        names[Array("webauthn-sk-ecdsa-sha2-nistp256@openssh.com".utf8)] = Name(type: .skEcdsa256, isCertificate: false)
        return names
    }()

    /// PROTOCOL.certkeys: the name without its domain, `-cert-v01`, the domain.
    private var certificateName: String {
        let domain = "@openssh.com"
        let bare = rawValue.hasSuffix(domain) ? String(rawValue.dropLast(domain.count)) : rawValue
        return bare + "-cert-v01" + domain
    }

    /// The name of the curve inside an ECDSA key, and the bytes of one coordinate (RFC 5656, 3.1 and 10.1).
    var curve: (name: String, coordinate: Int)? {
        switch self {
        case .ecdsa256, .skEcdsa256: ("nistp256", 32)
        case .ecdsa384: ("nistp384", 48)
        case .ecdsa521: ("nistp521", 66)
        case .ed25519, .skEd25519, .rsa, .dsa: nil
        }
    }
}
