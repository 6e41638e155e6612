/// The line of authorized_keys that lets the agent, and nobody else, log in as this user for the length of a proof.
///
/// It is bound to the addresses that the proof comes from, to a few minutes, and to one command; it forwards nothing
/// (sshd(8), AUTHORIZED_KEYS FILE FORMAT). What the user's own logins run, `~/.ssh/rc`, it runs too. Its comment holds the token, so that it is found and taken away again, also after a
/// crash, and nothing else is.
package enum ProofLine {
    /// The comment of the line of the proof with this token.
    package static func marker(_ token: String) -> String { "vmaccess-agent-proof-\(token)" }

    /// - Parameters:
    ///   - publicKey: as ssh-keygen writes it: type, base64, comment.
    ///   - addresses: where the proof connects from.
    ///   - expiry: local time as `YYYYMMDDHHMMSS`.
    ///   - token: what its command prints; letters and digits.
    package static func line(publicKey: [UInt8], addresses: [String], expiry: String, token: String) throws(KeyFault) -> AuthorizedKeyLine {
        let options = "restrict,user-rc,from=\"\(addresses.joined(separator: ","))\",expiry-time=\"\(expiry)\",command=\"echo \(token)\""
        let key = try AuthorizedKeyLine(publicKey).key
        return try AuthorizedKeyLine(
            Array("\(options) ".utf8) + AuthorizedKeyLine(key: key, comment: ForeignText(marker(token))).bytes)
    }
}
