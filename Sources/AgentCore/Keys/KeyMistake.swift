/// What is sent as `ssh_key` in place of a public key, told apart so that the sentence can say what to send.
enum KeyMistake: Hashable {
    case privateKey
    case path
    case fingerprint
    /// A PEM block of another kind, such as PUBLIC KEY or CERTIFICATE REQUEST.
    case otherPEM

    /// Whether there is a private key of any kind in the text: PEM, PKCS#8, OpenSSH, SSH.COM, PuTTY. Also one that lost its
    /// first line in copying.
    static func isPrivateKey(_ lines: [KeyText.Line]) -> Bool {
        lines.contains { line in
            let text = line.text
            return text.contains(word: "PRIVATE KEY-----") || text.contains(word: "PRIVATE KEY ----")
                || text.begins(with: "PuTTY-User-Key-File-") || text.begins(with: "Private-Lines:")
                // base64 of "openssh-key-v1", the magic of OpenSSH's own format (PROTOCOL.key).
                || text.begins(with: "b3BlbnNzaC1rZXktdjE")
        }
    }

    /// What a line is that begins with no key; nil for nothing in particular.
    init?(_ line: SecretSlice) {
        if line.begins(with: "-----BEGIN ") {
            self = .otherPEM
        } else if Self.looksLikePath(line) {
            self = .path
        } else if Self.looksLikeFingerprint(line) {
            self = .fingerprint
        } else {
            return nil
        }
    }

    /// `/home/u/.ssh/id.pub`, `~/.ssh/id.pub`, `./id.pub`, `C:\Users\u\id.pub`, `\\server\id.pub`, `id_rsa.pub`, `file:…`. The
    /// command line client sends the path itself where it finds no such file.
    private static func looksLikePath(_ line: SecretSlice) -> Bool {
        let beginnings = ["/", "~/", "./", "../", "\\\\", "file:", "@/", "$HOME", "%USERPROFILE%", "%userprofile%", ".ssh/"]
        if beginnings.contains(where: line.begins) { return true }
        let bytes = Array(line.prefix(3))
        if bytes.count == 3, bytes[1] == UInt8(ascii: ":"), bytes[2] == UInt8(ascii: "\\") || bytes[2] == UInt8(ascii: "/") {
            return true
        }
        return line.suffix(4).elementsEqual(".pub".utf8) && !line.contains(0x20)
    }

    /// `SHA256:…`, `MD5:…`, `2048 SHA256:… u@h (RSA)`, `16:27:ac:…`.
    private static func looksLikeFingerprint(_ line: SecretSlice) -> Bool {
        if line.contains(word: "SHA256:") || line.contains(word: "MD5:") { return true }
        return line.count >= 47
            && line.prefix(47).enumerated().allSatisfy { index, byte in
                index % 3 == 2 ? byte == UInt8(ascii: ":") : Hex.value(of: byte) != nil
            }
    }

    var refusal: Refusal {
        switch self {
        case .privateKey:
            Refusal(
                reason: "private-key",
                message: "\"ssh_key\" is a private key: it was not used and is not kept, but what was sent is private no longer; "
                    + "make a new pair with: ssh-keygen -t ed25519, and send the line of its .pub file")
        case .path:
            Refusal(
                reason: "key-path",
                message: "\"ssh_key\" is the name of a file, not a key: send the contents of the .pub file "
                    + "(a command line client sends the name itself where it finds no such file: check the spelling)")
        case .fingerprint:
            Refusal(
                reason: "bad-key",
                message: "\"ssh_key\" is the fingerprint of a key, from which the key cannot be had: send the line of the .pub file")
        case .otherPEM:
            Refusal(
                reason: "bad-key",
                message: "\"ssh_key\" is a PEM block that is no certificate: send the line of the .pub file; "
                    + "from a PEM public key it is made with: ssh-keygen -i -m PKCS8 -f FILE (-m PEM for an RSA PUBLIC KEY)")
        }
    }
}
