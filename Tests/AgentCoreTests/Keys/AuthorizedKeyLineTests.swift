import AgentCore
import Testing

@Suite("a line of authorized_keys") struct AuthorizedKeyLineTests {
    private static let key = base64Part(Fixture.ed25519)

    @Test(
        "with and without options and comment",
        arguments: [
            ("ssh-ed25519 KEY", nil, ""), ("ssh-ed25519 KEY bob@host", nil, "bob@host"),
            ("  \tssh-ed25519 \t KEY\t two  words # more ", nil, "two  words # more"),
            ("ssh-ed25519 KEY\r", nil, ""), ("ssh-ed25519 KEY bob\r\n", nil, "bob"),
            ("no-pty ssh-ed25519 KEY c", "no-pty", "c"),
            (#"command="echo \"a b\", c" ssh-ed25519 KEY"#, #"command="echo \"a b\", c""#, ""),
            (
                #"from="10.0.0.0/8",No-Pty,environment="A=ssh-rsa B"   ssh-ed25519 KEY"#,
                #"from="10.0.0.0/8",No-Pty,environment="A=ssh-rsa B""#, ""
            ),
            ("restrict,pty, ssh-ed25519 KEY", "restrict,pty,", ""),
        ] as [(String, String?, String)])
    func parts(_ text: String, _ options: String?, _ comment: String) throws {
        let line = try keyLine(text.replacing("KEY", with: Self.key))
        #expect(line.key.blob == (try blob(Fixture.ed25519)))
        #expect(line.options?.text == options.map { ForeignText($0) })
        #expect(line.comment == ForeignText(comment))
    }

    @Test("in every name that sshd gives an RSA key", arguments: ["ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"])
    func rsaNames(_ name: String) throws {
        let line = try keyLine("\(name) \(base64Part(Fixture.rsa2048)) c")
        #expect(line.bytes == Array("ssh-rsa \(base64Part(Fixture.rsa2048)) c".utf8))
    }

    @Test("up to NUL, where sshd stops reading it")
    func nul() throws {
        #expect(try AuthorizedKeyLine(Array("\(Fixture.ed25519)\u{0}\n x".utf8)).comment == ForeignText("ed25519@fixture"))
        #expect(throws: KeyFault.notAKey) { try AuthorizedKeyLine([0] + Array(Fixture.ed25519.utf8)) }
    }

    @Test("is written with one blank between its parts, and without control characters")
    func writing() throws {
        #expect(try keyLine("  no-pty   \(Fixture.ed25519)  ").bytes == Array("no-pty \(Fixture.ed25519)".utf8))
        let key = try keyLine(Fixture.ed25519).key
        let line = AuthorizedKeyLine(key: key, comment: ForeignText("a\nssh-rsa b\u{1b}\u{0}\u{e9}"))
        #expect(line.bytes == Array("ssh-ed25519 \(Self.key) assh-rsa b\u{e9}".utf8))
    }

    @Test(
        "that sshd passes over",
        arguments: [
            ("", .notAKey), ("   ", .notAKey), ("# ssh-ed25519 KEY", .notAKey), ("\r", .notAKey), ("\n", .notAKey),
            ("KEY", .notAKey), ("ssh-ed25519", .missingBase64), ("ssh-ed25519 \r\n", .missingBase64), ("ssh-ed25519KEY", .notAKey),
            ("SSH-ED25519 KEY", .notAKey), ("ssh-foo KEY", .notAKey), ("no-pty", .notAKey), ("no-pty KEY", .notAKey),
            ("ssh-ed25519 KEY=", .brokenBase64), ("ssh-ed25519 AAAA!AAA c", .brokenBase64),
            ("ssh-ed25519 KEY!", .brokenBase64), ("no-pty ssh-ed25519 AAA", .brokenBase64),
            ("ssh-rsa KEY", .otherType(said: .rsa, holds: .ed25519)),
            ("ssh-ed25519 AAAA", .cutOff), ("ssh-ed25519 AAAAAA==", .otherType(said: .ed25519, holds: nil)),
            ("ssh-ed25519 AAAAA2FiYw==", .otherType(said: .ed25519, holds: nil)),
            ("frobnicate ssh-ed25519 KEY", .unknownOption), ("no-pty=\"x\" ssh-ed25519 KEY", .unknownOption),
            ("command ssh-ed25519 KEY", .unknownOption), ("command=x ssh-ed25519 KEY", .unknownOption),
            ("command=\"x\"y ssh-ed25519 KEY", .unknownOption), ("=\"x\" ssh-ed25519 KEY", .unknownOption),
            ("command=\"x ssh-ed25519 KEY", .openQuoteInOptions), ("command=\"x\\\" ssh-ed25519 KEY", .openQuoteInOptions),
            ("\u{feff}ssh-ed25519 KEY", .notAKey),
        ] as [(String, KeyFault)])
    func invalid(_ text: String, _ fault: KeyFault) {
        #expect(throws: fault) { try keyLine(text.replacing("KEY", with: Self.key)) }
    }

    @Test("with a curve that is not the one it says")
    func curve() throws {
        #expect(throws: KeyFault.otherType(said: .ecdsa384, holds: .ecdsa256)) {
            try keyLine("ecdsa-sha2-nistp384 \(base64Part(Fixture.ecdsa256))")
        }
    }

    @Test("that is a certificate authorises nobody", arguments: [Fixture.certificate, Fixture.rsaCertificate, Fixture.hostCertificate])
    func certificates(_ line: String) {
        #expect((try? keyLine(line)) == nil)
    }

    @Test(
        "opens, may be passed over, or restricts",
        arguments: [
            ("pty", .opens), ("no-agent-forwarding,no-port-forwarding,no-X11-forwarding,no-user-rc", .opens),
            ("restrict,pty", .opens), ("restrict,pty,port-forwarding", .opens), ("no-touch-required", .opens), (",,pty,,", .opens),
            ("from=\"10.*\"", .conditional), ("expiry-time=\"20300101\"", .conditional), ("cert-authority", .conditional),
            ("principals=\"bob\"", .conditional), ("environment=\"A=b\"", .conditional), ("permitopen=\"h:1\"", .conditional),
            ("permitlisten=\"1\"", .conditional), ("tunnel=\"0\"", .conditional),
            ("command=\"x\"", .restricts), ("COMMAND=\"x\"", .restricts), ("restrict", .restricts), ("no-pty", .restricts),
            ("pty,restrict", .restricts), ("restrict,pty,no-pty", .restricts), ("verify-required", .restricts),
            ("from=\"10.*\",command=\"x\"", .restricts), ("command=\"x\",pty", .restricts), ("command=\"x\",", .restricts),
        ] as [(String, KeyOptions.Effect)])
    func effects(_ options: String, _ effect: KeyOptions.Effect) throws {
        #expect(try keyLine("\(options) \(Fixture.ed25519)").effect == effect)
    }
}
