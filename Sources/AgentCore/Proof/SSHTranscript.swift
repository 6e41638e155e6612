/// What one attempt to log in came to, read from `ssh -v`'s words (openssh's sshconnect2.c) and the remote command's output.
package struct SSHTranscript: Hashable, Sendable {
    package enum Result: Hashable, Sendable {
        /// sshd authenticated the user, opened a session, and the user's shell ran the command.
        case loggedIn
        /// Authenticated, but no session or no shell that runs a command; sshd's or the shell's words.
        case noSession(String)
        /// sshd said no.
        case refused(String)
        /// No answer, or none from sshd.
        case unreachable(String)
        /// What answered is not this guest's sshd.
        case stranger(String)
        /// sshd proved its host key; nobody was to log in.
        case served
    }

    package let result: Result
    /// The files of the public keys that the server said it accepts.
    package let acceptedKeys: Set<String>

    /// - Parameters:
    ///   - errors: standard error of `ssh -v`.
    ///   - output: standard output; a login shows by `token` in it, which only a shell that ran the command prints.
    ///   - timedOut: ssh was ended by its deadline.
    package init(errors: [UInt8], output: [UInt8], token: String, timedOut: Bool) {
        var accepted: Set<String> = []
        var authenticated = false
        // Whether the other side is an sshd with the right key that takes names: from then on an end is its refusal.
        var asksWho = false
        var words: [String] = []
        for bytes in errors.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
            let line = String(decoding: bytes, as: UTF8.self)
            if line.hasPrefix("debug1: Server accepts key: ") {
                let name = line.dropFirst("debug1: Server accepts key: ".count).prefix(while: { $0 != " " })
                accepted.insert(String(name))
            } else if line.hasPrefix("Authenticated to ") {
                authenticated = true
                // What came before, such as a banner, is not about the session.
                words = []
            } else if line.hasPrefix("debug1: SSH2_MSG_SERVICE_ACCEPT received") {
                asksWho = true
            } else if !line.hasPrefix("debug"), !line.hasPrefix("OpenSSH_"), !line.hasPrefix("Transferred:"),
                !line.hasPrefix("Bytes per second:"), !line.hasPrefix("Load key "), !line.hasPrefix("Authenticated using")
            {
                words.append(ForeignText(bytes).escaped())
            }
        }
        acceptedKeys = accepted
        // Without debug words the last line is the reason; that the connection ended is none if another is given.
        let said = words.last { !Self.tellsOnlyTheEnd($0) } ?? words.last
        let reason = said ?? (timedOut ? "no answer in time" : "the connection ended without a word")
        if authenticated {
            let shown = output.split(separator: 0x0a).contains { $0.elementsEqual(token.utf8) }
            result = shown ? .loggedIn : .noSession(said ?? Self.said(output) ?? "the shell ran no command")
        } else if words.contains(where: { $0.hasPrefix("Host key verification failed") || $0.contains("REMOTE HOST IDENTIFICATION") }) {
            result = .stranger("it has another host key")
        } else if asksWho, !timedOut {
            result = .refused(reason)
        } else {
            result = .unreachable(reason)
        }
    }

    private static func tellsOnlyTheEnd(_ line: String) -> Bool {
        line.hasPrefix("Connection closed by ") || line.hasPrefix("Connection reset by ") || line.hasPrefix("Disconnected from ")
    }

    /// Words for people that came instead of the token, such as nologin's, or a PAM module's behind the message of the day.
    private static func said(_ output: [UInt8]) -> String? {
        output.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }).last.map { ForeignText($0).escaped() }
    }
}
