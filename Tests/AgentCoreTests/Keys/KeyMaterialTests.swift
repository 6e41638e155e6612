import AgentCore
import Testing

@Suite("ssh_key") struct KeyMaterialTests {
    private static let rsa = "ssh-rsa \(base64Part(Fixture.rsa2048)) 2048-bit RSA, converted by user@host from OpenSSH"

    @Test(
        "holds keys in every form that is sent",
        arguments: [
            (Fixture.ed25519, [Fixture.ed25519]), (Fixture.ed25519 + "\n", [Fixture.ed25519]),
            ("\n\r\n  \(Fixture.ed25519)  \r\n\r\n", [Fixture.ed25519]), ("\u{feff}\(Fixture.ed25519)\r\n", [Fixture.ed25519]),
            ("# mine\n\(Fixture.ed25519)\n\n# theirs\n\(Fixture.other)", [Fixture.ed25519, Fixture.other]),
            ("\(Fixture.ed25519)\r\(Fixture.other)\r", [Fixture.ed25519, Fixture.other]),
            (
                [Fixture.ecdsa256, Fixture.ecdsa384, Fixture.ecdsa521, Fixture.rsa2048, Fixture.skEd25519, Fixture.skEcdsa]
                    .joined(separator: "\n"),
                [Fixture.ecdsa256, Fixture.ecdsa384, Fixture.ecdsa521, Fixture.rsa2048, Fixture.skEd25519, Fixture.skEcdsa]
            ),
            (#"from="10.0.0.0/8" "# + Fixture.ed25519, [#"from="10.0.0.0/8" "# + Fixture.ed25519]),
            ("ssh-ed25519 \(base64Part(Fixture.ed25519))", ["ssh-ed25519 \(base64Part(Fixture.ed25519))"]),
            ("\(Fixture.ed25519) b\u{f6}b", ["\(Fixture.ed25519) b\u{f6}b"]),
            (Fixture.rfc4716, [rsa]), ("\(Fixture.rfc4716)\r\n", [rsa]), (Fixture.rfc4716.replacing("\n", with: "\r\n"), [rsa]),
            ("\(Fixture.ed25519)\n\(Fixture.rfc4716)\n\(Fixture.other)", [Fixture.ed25519, rsa, Fixture.other]),
            (Fixture.x509, ["certificate"]), ("\(Fixture.x509)\n\(Fixture.ed25519)", ["certificate", Fixture.ed25519]),
        ])
    func valid(_ text: String, _ lines: [String]) throws {
        #expect(try written(text) == lines)
        #expect(try readKeys(text).warnings.isEmpty)
    }

    @Test("reads headers of RFC 4716 that go over several lines, and of any case")
    func headers() throws {
        let text = """
            ---- BEGIN SSH2 PUBLIC KEY ----
            Subject: me
            COMMENT: my \\
            key
            x-private-use: a:b\\
            c
            \(base64Part(Fixture.ed25519).prefix(40))
            \(base64Part(Fixture.ed25519).dropFirst(40))
            ---- END SSH2 PUBLIC KEY ----
            """
        #expect(try written(text) == ["ssh-ed25519 \(base64Part(Fixture.ed25519)) my key"])
    }

    @Test("gives the X.509 certificate whole")
    func x509() throws {
        let body = Fixture.x509.split(separator: "\n").dropFirst().dropLast().joined()
        #expect(try readKeys(Fixture.x509).keys == [.certificate(try #require(Base64.decode(body.utf8)))])
    }

    @Test(
        "that is an OpenSSH certificate gives its plain key, with a warning",
        arguments: [
            (Fixture.certificate, Fixture.ed25519), (Fixture.rsaCertificate, Fixture.rsa2048), (Fixture.ecdsaCertificate, Fixture.ecdsa256),
        ])
    func certificate(_ certificate: String, _ plain: String) throws {
        let reading = try readKeys("# x\n" + certificate)
        #expect(reading.keys == [.line(try keyLine(plain))])
        #expect(
            reading.warnings == [
                "\"ssh_key\", line 2, is a certificate, which authorises nobody here: the plain key in it is used, "
                    + "without the certificate's end and principals"
            ])
    }

    @Test(
        "that is no key says what it is",
        arguments: [
            ("/home/bob/.ssh/id_rsa.pub", "key-path"), ("~/.ssh/id_rsa.pub", "key-path"), ("./id.pub", "key-path"),
            ("C:\\Users\\bob\\.ssh\\id_rsa.pub", "key-path"), ("c:/Users/bob/id", "key-path"), ("\\\\server\\bob\\id", "key-path"),
            ("id_ed25519.pub", "key-path"), ("file:///home/bob/id.pub", "key-path"), ("/home/bob/ssh-keys/my key", "key-path"),
            ("$HOME/.ssh/id_rsa.pub\n", "key-path"), ("%USERPROFILE%\\.ssh\\id.pub", "key-path"),
            ("SHA256:by8/RHLX7u2W0ix1uQn++0zs3/IAUVSY9zhrFPqh0Z4", "bad-key"),
            ("256 SHA256:by8/RHLX7u2W0ix1uQn++0zs3/IAUVSY9zhrFPqh0Z4 bob@host (ED25519)", "bad-key"),
            ("MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", "bad-key"),
            ("16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", "bad-key"),
            (Fixture.pkcs8, "bad-key"),
        ])
    func mistakes(_ text: String, _ reason: String) {
        let messages = [
            "key-path": "\"ssh_key\" is the name of a file, not a key: send the contents of the .pub file "
                + "(a command line client sends the name itself where it finds no such file: check the spelling)",
            "bad-key": text.hasPrefix("-")
                ? "\"ssh_key\" is a PEM block that is no certificate: send the line of the .pub file; from a PEM public key it is "
                    + "made with: ssh-keygen -i -m PKCS8 -f FILE (-m PEM for an RSA PUBLIC KEY)"
                : "\"ssh_key\" is the fingerprint of a key, from which the key cannot be had: send the line of the .pub file",
        ]
        #expect(keyRefusal(text) == Refusal(reason: reason, message: messages[reason] ?? ""))
    }

    @Test(
        "that is private is refused, and what it means is said",
        arguments: [
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n-----END OPENSSH PRIVATE KEY-----\n",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN EC PRIVATE KEY-----", "-----BEGIN DSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\r\nMIIE",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE", "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: x",
            "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: bob", "Private-Lines: 1\nAAAA",
            "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB\nAAAAMwAAAAtzc2gtZWQ",
            "\(Fixture.ed25519)\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl",
            "\(Fixture.x509)\n-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
        ])
    func privateKeys(_ text: String) {
        #expect(
            keyRefusal(text)
                == Refusal(
                    reason: "private-key",
                    message: "\"ssh_key\" is a private key: it was not used and is not kept, but what was sent is private no longer; "
                        + "make a new pair with: ssh-keygen -t ed25519, and send the line of its .pub file"))
    }

    @Test("without a key in it", arguments: ["\n", "  \t ", "# only a comment\n", "\u{feff}", "\r\n#\r\n"])
    func empty(_ text: String) {
        #expect(
            keyRefusal(text)
                == Refusal(
                    reason: "bad-key", message: "\"ssh_key\" holds no key, only blanks or comments: send the line of a .pub file"))
    }

    @Test(
        "with one bad line is refused, with its number",
        arguments: [
            ("\(Fixture.ed25519)\nhello\n", "line 2, is no public key: it begins with no key type that sshd knows"),
            ("# a\r\n\r\nhello\r\n", "line 3, is no public key"), ("a\rb", "line 1, is no public key"),
            ("\(Fixture.ed25519)\n\n/home/bob/id.pub", "line 3, is no public key"),
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMg3YG24wOxKpB/T", "line 1, is cut off: the key inside its base64 is incomplete"),
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMg3YG24wOxKpB/TnJaojUmzodljZVfDSwPLATqqOg0=", "line 1, is cut off"),
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMg3YG24wOxKpB/TnJaojUmzodljZVfDSwPLATqqOg0", "line 1, is damaged: its base64"),
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMg3YG24wOxKpB/TnJaojUmzodljZVfDSwPLATqqOg0TAA==", "line 1, is damaged: bytes follow"),
            ("ssh-ed25519", "line 1, ends behind the key type"), ("ssh-ed25519 ... bob", "line 1, is damaged: its base64"),
            ("ssh-ed25519 \(base64Part(Fixture.rsa2048))", "line 1, says ssh-ed25519 but holds a key of type ssh-rsa"),
            ("nonsense \(Fixture.ed25519)", "line 1, has something in front of the key that is no option of authorized_keys"),
            ("command=\"x \(Fixture.ed25519)", "line 1, has options in front of the key whose quotes are not closed"),
            ("\(Fixture.ed25519)\u{1b}[2J", "line 1, holds a control character"), ("\(Fixture.ed25519)\u{7f}", "line 1, holds a control"),
            ("\(Fixture.ed25519)\n\(Fixture.rsa2047)", "line 2, is too weak: it is an RSA key of 2047 bits"),
            (Fixture.rsa1024, "line 1, is too weak: it is an RSA key of 1024 bits"), (Fixture.dsa, "line 1, is too weak: it is a DSA key"),
            (Fixture.hostCertificate, "line 1, is the certificate of a host"),
            (
                "ssh-rsa-cert-v01@openssh.com \(base64Part(Fixture.certificate))",
                "line 1, says ssh-rsa but holds a key of type ssh-ed25519"
            ),
            (String(Fixture.certificate.prefix(301)), "line 1, is cut off"),
            ("\(Fixture.ed25519) " + String(repeating: "x", count: 20_000), "line 1, is longer than 16384 bytes"),
            ("---- BEGIN SSH2 PUBLIC KEY ----\nComment: x\nAAAA", "line 1, is cut off"),
            ("---- BEGIN SSH2 PUBLIC KEY ----\n---- END SSH2 PUBLIC KEY ----", "line 1, ends behind the key type"),
            ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA!\n---- END SSH2 PUBLIC KEY ----", "line 1, is damaged: its base64"),
            ("-----BEGIN CERTIFICATE-----\nMIIB", "line 1, is cut off"),
            ("-----BEGIN CERTIFICATE-----\nMIIBeTCC\n-----END CERTIFICATE-----", "line 1, is cut off"),
            ("-----BEGIN CERTIFICATE-----\nAAAAAAAA\n-----END CERTIFICATE-----", "line 1, is no usable key: its base64 holds no X.509"),
            ("-----BEGIN CERTIFICATE-----\nMIIB eTCC\n-----END CERTIFICATE-----", "line 1, is damaged: its base64"),
        ])
    func badLines(_ text: String, _ beginning: String) {
        let refused = keyRefusal(text)
        #expect(refused.message.hasPrefix("\"ssh_key\", " + beginning))
        #expect(["bad-key", "weak-key"].contains(refused.reason))
        #expect((refused.reason == "weak-key") == beginning.contains("weak"))
        #expect(refused.message.utf8.allSatisfy { (0x20...0x7e).contains($0) })
    }

    @Test("that is half of a private key is never repeated")
    func silence() {
        let half = "MIIEpAIBAAKCAQEAofk5eTQBVtC6rGcoH3m8cTqaKHsqH9QpzwYEf1zoupZN6sqS\ngBxM4zBdFBr1h49Y0GeCmKg232B9nJenm9BXhIIs"
        for text in [half, "ssh-rsa \(half)", "\(Fixture.ed25519)\n\(half)", "/\(half)"] {
            let message = keyRefusal(text).message
            #expect(!message.contains("MIIEp") && !message.contains("gBxM4"))
        }
    }

    @Test("of a megabyte is judged in one go", .timeLimit(.minutes(1)))
    func megabyte() {
        let text = Array(repeating: Fixture.ed25519, count: 10_000).joined(separator: "\n")
        #expect((try? readKeys(text).keys.count) == 10_000)
        #expect(keyRefusal(String(repeating: "P", count: 1 << 20)).message.hasPrefix("\"ssh_key\", line 1, is longer"))
    }
}
