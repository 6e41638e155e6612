import AgentCore
import Testing

@Suite("an attempt to log in") struct SSHTranscriptTests {
    private static func read(_ errors: String, _ output: String = "", timedOut: Bool = false) -> SSHTranscript {
        SSHTranscript(errors: Array(errors.utf8), output: Array(output.utf8), token: Transcript.token, timedOut: timedOut)
    }

    @Test(
        "is a login where the shell ran the command",
        arguments: [
            ("by key", Transcript.byKeys, "TOKEN\n"),
            ("by password", Transcript.byPassword, "TOKEN\n"),
            ("with words of the shell's startup files before", Transcript.byKeys, "HELLO from bashrc\nTOKEN\n"),
            ("that end like a terminal's", Transcript.byKeys, "HELLO\r\nTOKEN\n"),
            ("that end in a letter that combines", Transcript.byKeys, "HELLO\n\u{301}\nTOKEN\n"),
            ("and behind it", Transcript.byKeys, "TOKEN\nbye\n"),
            ("without a line end", Transcript.byKeys, "TOKEN"),
        ])
    func loggedIn(_: String, _ errors: String, _ output: String) {
        #expect(Self.read(errors, output).result == .loggedIn)
    }

    @Test(
        "is none where sshd opened the door and no shell ran the command",
        arguments: [
            (
                "nologin as shell", Transcript.shellEnds, "This account is currently not available.\n",
                "This account is currently not available."
            ),
            (
                "a module that refuses the session, behind the message of the day", Transcript.shellEnds,
                "Linux guest 6.1.0\n\nDebian GNU/Linux comes with no warranty.\r\nToo many logins for 'alice'.\r\n",
                "Too many logins for 'alice'."
            ),
            ("false as shell", Transcript.shellEnds, "", "the shell ran no command"),
            ("a forced command, and a banner that is not the reason", Transcript.bannerAndForcedCommand, "2026\n", "2026"),
            ("a password that must be changed", Transcript.passwordAged, "", "Password change required but no TTY available."),
            ("MaxSessions 0", Transcript.noSessions, "", "channel 0: open failed: connect failed: open failed"),
            ("a token that is part of a longer word", Transcript.shellEnds, "TOKENX\n", "TOKENX"),
            ("a shell that shows the command", Transcript.shellEnds, "echo TOKEN\n", "echo TOKEN"),
            ("words that move the cursor", Transcript.shellEnds, "\u{1b}[2JTOKEN \n", "\\x1b[2JTOKEN "),
        ])
    func noSession(_: String, _ errors: String, _ output: String, _ words: String) {
        #expect(Self.read(errors, output).result == .noSession(words))
    }

    @Test(
        "is refused where sshd itself says no",
        arguments: [
            ("a wrong password", Transcript.wrongPassword, "bob@127.0.0.1: Permission denied (publickey,password)."),
            ("DenyUsers", Transcript.deniedUser, "bob@127.0.0.1: Permission denied (publickey)."),
            ("an account that has ended", Transcript.accountExpired, "Your account has expired; please contact your system administrator."),
            (
                "/run/nologin", Transcript.nologin,
                "System is going down. Unprivileged users are not permitted to log in anymore."
            ),
            ("PAM's account stage", Transcript.accountStage, "Connection closed by 127.0.0.1 port 2222"),
            (
                "MaxAuthTries", Transcript.tooManyTries,
                "Received disconnect from 127.0.0.1 port 2224:2: Too many authentication failures"
            ),
        ])
    func refused(_: String, _ errors: String, _ words: String) {
        #expect(Self.read(errors).result == .refused(words))
    }

    @Test(
        "meets a stranger where the host key is not this guest's",
        arguments: [("another key", Transcript.otherHostKey), ("a key of another type", Transcript.unknownHostKey)])
    func stranger(_: String, _ errors: String) {
        #expect(Self.read(errors).result == .stranger("it has another host key"))
    }

    @Test(
        "reaches nobody where no sshd answers",
        arguments: [
            ("a closed port", Transcript.notConnected("127.0.0.1", "Connection refused"), "Connection refused"),
            ("a firewall that drops", Transcript.notConnected("192.0.2.77", "Connection timed out"), "Connection timed out"),
            ("no route", Transcript.notConnected("192.0.2.77", "Network is unreachable"), "Network is unreachable"),
            // ip-route(8), `prohibit`: connect(2) gives EACCES, and that is not sshd's refusal.
            ("a route that prohibits", Transcript.notConnected("198.51.100.7", "Permission denied"), "Permission denied"),
        ])
    func notConnected(_: String, _ errors: String, _ words: String) {
        guard case .unreachable(let reason) = Self.read(errors).result else {
            Issue.record("\(Self.read(errors).result)")
            return
        }
        #expect(reason.hasSuffix(": \(words)"))
        #expect(reason.hasPrefix("ssh: connect to host"))
    }

    @Test(
        "reaches nobody where something else answers",
        arguments: [
            ("a web server", Transcript.webServer, "kex_exchange_identification: Connection closed by remote host"),
            ("a process that says nothing", Transcript.silent, "Connection to 127.0.0.1 port 2231 timed out"),
        ])
    func otherService(_: String, _ errors: String, _ words: String) {
        #expect(Self.read(errors).result == .unreachable(words))
    }

    @Test("without a word of ssh says so, and which of the two it was")
    func silence() {
        #expect(Self.read("").result == .unreachable("the connection ended without a word"))
        #expect(Self.read("", timedOut: true).result == .unreachable("no answer in time"))
    }

    @Test("names the keys that sshd accepts, and only those")
    func acceptedKeys() {
        #expect(Self.read(Transcript.byKeys, "TOKEN\n").acceptedKeys == ["user0.pub", "eph"])
        #expect(Self.read(Transcript.byPassword, "TOKEN\n").acceptedKeys.isEmpty)
        // A key that was accepted before the account stage refused was accepted still: the file is right, the account is not.
        #expect(Self.read(Transcript.accountExpired).acceptedKeys == ["user0.pub", "eph"])
        #expect(Self.read(Transcript.deniedUser).acceptedKeys.isEmpty)
    }

    @Test("is no login by what the server prints: the token must come from the shell")
    func forged() {
        let banner = "Authenticated to 127.0.0.1 ([127.0.0.1]:2222) using \"publickey\".\nTOKEN\n"
        #expect(Self.read(Transcript.deniedUser + banner).result != .loggedIn)
        #expect(Self.read(Transcript.deniedUser, "TOKEN\n").result != .loggedIn)
        // The command, and the token with it, stands in ssh's own debug words.
        #expect(Self.read(Transcript.shellEnds).result != .loggedIn)
    }
}
