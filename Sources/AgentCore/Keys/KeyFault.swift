/// Why a text is no public key that can be authorised. `message` continues a sentence that begins with where it stands
/// ("ssh_key", line 2) and never quotes the text, which may be half of a private key.
package enum KeyFault: Error, Hashable, Sendable {
    /// No type of key that sshd knows, neither first nor behind options.
    case notAKey
    case missingBase64
    case brokenBase64
    /// The base64 holds a key of another type than the word in front of it says.
    case otherType(said: KeyType, holds: KeyType?)
    case cutOff
    /// Bytes follow the key inside its base64.
    case trailingBytes
    /// A number or point in it that no key of this type has.
    case unusable(String)
    /// Too weak to be let in with; why, and what sshd does with it.
    case weak(String)
    /// A host's certificate: nobody logs in with that.
    case hostCertificate
    case controlCharacter
    case tooLong
    case openQuoteInOptions
    /// sshd skips a line whose options it does not understand.
    case unknownOption

    /// No line of a key that is sent is longer than this, in bytes; an RSA key of 16384 bits has 2,800.
    package static let longestLine = 16384

    package var message: String {
        switch self {
        case .notAKey:
            "is no public key: it begins with no key type that sshd knows, such as ssh-ed25519; "
                + "send the whole line of a .pub file, unbroken"
        case .missingBase64: "ends behind the key type; send the whole line of a .pub file"
        case .brokenBase64: "is damaged: its base64 is cut off, wrapped or mangled; send the line of the .pub file again, unbroken"
        case .otherType(let said, let holds):
            "says \(said.rawValue) but holds \(holds.map { "a key of type \($0.rawValue)" } ?? "something else"); "
                + "send the line of the .pub file unchanged"
        case .cutOff: "is cut off: the key inside its base64 is incomplete; send the line of the .pub file again, whole"
        case .trailingBytes: "is damaged: bytes follow the key inside its base64; send the line of the .pub file again"
        case .unusable(let why): "is no usable key: \(why); make a new pair with: ssh-keygen -t ed25519"
        case .weak(let why): "is too weak: \(why); make a new pair with: ssh-keygen -t ed25519"
        case .hostCertificate: "is the certificate of a host, with which nobody logs in; send the user's public key"
        case .controlCharacter: "holds a control character; send the line of the .pub file unchanged"
        case .tooLong: "is longer than \(Self.longestLine) bytes; a public key is one line of a .pub file"
        case .openQuoteInOptions: "has options in front of the key whose quotes are not closed"
        case .unknownOption: "has something in front of the key that is no option of authorized_keys; see sshd(8)"
        }
    }
}
