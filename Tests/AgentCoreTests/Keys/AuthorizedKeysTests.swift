import AgentCore
import Testing

@Suite("authorized_keys") struct AuthorizedKeysTests {
    private static let one = Fixture.ed25519
    private static let two = Fixture.other
    private static let three = Fixture.ecdsa256

    private static func merge(_ lines: [String], into file: String, replacing: Bool = false) throws -> AuthorizedKeys.Merge {
        try AuthorizedKeys.merging(lines.map(keyLine), into: Array(file.utf8), replacing: replacing)
    }

    private static func merged(_ lines: [String], into file: String, replacing: Bool = false) throws -> String {
        String(decoding: try merge(lines, into: file, replacing: replacing).bytes, as: UTF8.self)
    }

    @Test(
        "gets a key that is not there, at its end",
        arguments: [
            ("", "\(one)\n"), ("\(two)\n", "\(two)\n\(one)\n"), (two, "\(two)\n\(one)\n"),
            ("\(two)\r\n# c\r\n\r\n", "\(two)\n# c\n\n\(one)\n"), ("\(two)\r", "\(two)\n\(one)\n"),
            ("# no key\n\n  \n", "# no key\n\n  \n\(one)\n"), ("#\(one)\n", "#\(one)\n\(one)\n"),
            ("garbage\u{1b}\u{7}\n\(two)", "garbage\u{1b}\u{7}\n\(two)\n\(one)\n"),
            ("\u{feff}\(one)\n", "\u{feff}\(one)\n\(one)\n"),
            ("ssh-rsa \(base64Part(one)) wrong type\n", "ssh-rsa \(base64Part(one)) wrong type\n\(one)\n"),
            ("frobnicate \(one)\n", "frobnicate \(one)\n\(one)\n"), ("cert-authority \(one)\n", "cert-authority \(one)\n\(one)\n"),
            ("from=\"10.*\" \(one)\n", "from=\"10.*\" \(one)\n\(one)\n"),
            ("expiry-time=\"20200101\" \(one)\n\(two)\n", "expiry-time=\"20200101\" \(one)\n\(two)\n\(one)\n"),
            ("\n\n\n", "\n\n\n\(one)\n"), ("\r\r\n", "\n\(one)\n"), ("\u{0}\(one)\n", "\u{0}\(one)\n\(one)\n"),
        ])
    func added(_ file: String, _ expected: String) throws {
        let merge = try Self.merge([Self.one], into: file)
        #expect(String(decoding: merge.bytes, as: UTF8.self) == expected)
        #expect(merge.added == [try keyLine(Self.one)])
        #expect(merge.present.isEmpty)
        #expect(merge.overruled.isEmpty)
        #expect(merge.isChanged)
        // A second run has nothing to do.
        #expect(try !Self.merge([Self.one], into: expected).isChanged)
    }

    @Test(
        "is left as it is where the key lets its owner in already",
        arguments: [
            "\(one)\n", "ssh-ed25519 \(base64Part(one))\n", "ssh-ed25519\t \(base64Part(one))  another comment\n", "  \(one)\n",
            "\(two)\n\(one)\n\(three)\n", "no-port-forwarding,no-agent-forwarding \(one)\n", "restrict,pty \(one)\n",
            "from=\"10.*\" \(one)\n\(one)\n", "\(one)\ncommand=\"x\" \(one)\n", "cert-authority \(one)\nno-user-rc \(one)\n",
        ])
    func present(_ file: String) throws {
        let merge = try Self.merge([Self.one], into: file)
        #expect(merge.bytes == Array(file.utf8))
        #expect(!merge.isChanged)
        #expect(merge.added.isEmpty)
        #expect(merge.present == [try keyLine(Self.one)])
    }

    @Test("knows a key whose numbers are padded")
    func padded() throws {
        #expect(try !Self.merge([Fixture.rsa2048], into: Fixture.paddedRSA + "\n").isChanged)
    }

    @Test(
        "gets the line before the one that would hold the key to less than a login",
        arguments: [
            ("command=\"x\" \(one)\n", "\(one)\ncommand=\"x\" \(one)\n", 1, ["command"]),
            ("\(two)\n# c\nrestrict \(one)\n\(three)\n", "\(two)\n# c\n\(one)\nrestrict \(one)\n\(three)\n", 3, ["restrict"]),
            (
                "\(two)\nno-pty,no-X11-forwarding \(one)", "\(two)\n\(one)\nno-pty,no-X11-forwarding \(one)\n", 2,
                ["no-pty", "no-x11-forwarding"]
            ),
            ("from=\"10.*\" \(one)\ncommand=\"x\" \(one)\n", "from=\"10.*\" \(one)\n\(one)\ncommand=\"x\" \(one)\n", 2, ["command"]),
            ("command=\"x\" \(one)\n\(one)\n", "\(one)\ncommand=\"x\" \(one)\n\(one)\n", 1, ["command"]),
        ])
    func overruled(_ file: String, _ expected: String, _ line: Int, _ options: [String]) throws {
        let merge = try Self.merge([Self.one], into: file)
        #expect(String(decoding: merge.bytes, as: UTF8.self) == expected)
        #expect(merge.overruled == [AuthorizedKeys.Overruled(line: line, options: options)])
        #expect(try !Self.merge([Self.one], into: expected).isChanged)
    }

    @Test("takes a line with options as it is sent, and only once")
    func options() throws {
        let sent = "from=\"10.*\" \(Self.one)"
        #expect(try Self.merged([sent], into: "\(Self.two)\n") == "\(Self.two)\n\(sent)\n")
        #expect(try Self.merged([sent], into: "\(Self.two)\n\(sent)\n") == "\(Self.two)\n\(sent)\n")
        let forced = "command=\"x\" \(Self.one)"
        #expect(try Self.merged([forced], into: "\(forced)\n") == "\(forced)\n")
        #expect(try Self.merged([forced], into: "\(Self.one)\n") == "\(Self.one)\n")
        #expect(try Self.merged([forced], into: "command=\"y\" \(Self.one)\n") == "\(forced)\ncommand=\"y\" \(Self.one)\n")
    }

    @Test("mends CRLF and a missing line feed also where no key is added")
    func mended() throws {
        let merge = try Self.merge([Self.one], into: "\(Self.two)\r\n\(Self.one)")
        #expect(merge.bytes == Array("\(Self.two)\n\(Self.one)\n".utf8))
        #expect(merge.isChanged)
        #expect(merge.added.isEmpty)
    }

    @Test("gets the same key in the request once, the first")
    func twice() throws {
        let again = "ssh-ed25519 \(base64Part(Self.one)) again"
        #expect(try Self.merged([Self.one, Self.two, again, Self.two], into: "") == "\(Self.one)\n\(Self.two)\n")
    }

    @Test("gets several keys in their order, some at the end, some before others")
    func several() throws {
        let file = "command=\"x\" \(Self.one)\n\(Self.two)\n"
        let expected = "\(Self.one)\ncommand=\"x\" \(Self.one)\n\(Self.two)\n\(Self.three)\n\(Fixture.rsa2048)\n"
        #expect(try Self.merged([Self.three, Self.two, Self.one, Fixture.rsa2048], into: file) == expected)
    }

    @Test("that is replaced holds the request's keys and nothing else")
    func replaced() throws {
        let file = "\(Self.two)\n# c\ncommand=\"x\" \(Self.one)\n"
        let merge = try Self.merge([Self.one, Self.three, Self.one], into: file, replacing: true)
        #expect(merge.bytes == Array("\(Self.one)\n\(Self.three)\n".utf8))
        #expect(merge.isChanged)
        #expect(merge.overruled.isEmpty)
        #expect(try !Self.merge([Self.one, Self.three], into: "\(Self.one)\n\(Self.three)\n", replacing: true).isChanged)
        #expect(try Self.merge([Self.one], into: "\(Self.one)\n\n", replacing: true).isChanged)
    }

    @Test("is never replaced by nothing")
    func neverEmpty() throws {
        #expect(try Self.merged([], into: "\(Self.two)\n", replacing: true) == "\(Self.two)\n")
    }

    @Test("over a megabyte is refused, unless it is replaced")
    func tooLarge() throws {
        let file = Array(repeating: UInt8(ascii: "#"), count: (1 << 20) + 1)
        let message =
            "the file of authorized keys is larger than 1048576 bytes, which is no list of keys: nothing was changed; "
            + "look at it, move it away, or send \"remove_prior_keys\": true to replace it"
        let expected = Refusal(reason: "keys-file-too-large", message: message)
        let line = try keyLine(Self.one)
        #expect(throws: expected) { try AuthorizedKeys.merging([line], into: file) }
        #expect(throws: expected) { try AuthorizedKeys.adding(temporary: line, to: file) }
        #expect(try AuthorizedKeys.merging([line], into: file, replacing: true).bytes == line.bytes + [0x0a])
        #expect(try AuthorizedKeys.merging([line], into: Array(file.dropLast())).added == [line])
    }

    @Test("with ten thousand keys is read once", .timeLimit(.minutes(1)))
    func many() throws {
        var key = try blob(Self.one)
        let lines = try (0..<8_000).map { number in
            key[key.count - 1] = UInt8(number & 0xff)
            key[key.count - 2] = UInt8(number >> 8)
            return AuthorizedKeyLine(key: try PublicKey(blob: key))
        }
        let file = Array(lines.map { $0.bytes + [0x0a] }.joined())
        #expect(try AuthorizedKeys.merging(lines, into: file).bytes == file)
        #expect(try AuthorizedKeys.merging(lines.reversed(), into: []).added.count == 8_000)
    }
}

@Suite("a temporary line of authorized_keys") struct TemporaryLineTests {
    private static let marker = "vmaccess-agent-proof-5f2a"

    private static func line() throws -> AuthorizedKeyLine {
        try keyLine("restrict,user-rc,from=\"127.0.0.1\",command=\"true\" ssh-ed25519 \(base64Part(Fixture.other)) \(marker)")
    }

    @Test(
        "is taken away without a trace",
        arguments: [
            "", "\n", Fixture.ed25519, "\(Fixture.ed25519)\n", "\(Fixture.ed25519)\r\n\r\n# x", "\u{feff}x", "\r", "\u{0}",
            "\(Fixture.ed25519) \(marker)x\n", "# \(marker)\n", "\(Fixture.ed25519) x \(marker)\n", "garbage \(marker)", "\(marker)\n",
        ])
    func roundTrip(_ file: String) throws {
        let bytes = Array(file.utf8)
        let added = try AuthorizedKeys.adding(temporary: Self.line(), to: bytes)
        #expect(added == (try Self.line().bytes) + [0x0a] + bytes)
        #expect(AuthorizedKeys.removing(marker: Self.marker, from: added) == bytes)
        #expect(AuthorizedKeys.removing(marker: Self.marker, from: bytes) == bytes)
    }

    @Test("is found wherever it is now, and as often as it is there")
    func anywhere() throws {
        let line = String(decoding: try Self.line().bytes, as: UTF8.self)
        let file = "\(Fixture.ed25519)\n\(line)\n\(Fixture.other)\r\n\(line)"
        #expect(
            AuthorizedKeys.removing(marker: Self.marker, from: Array(file.utf8)) == Array("\(Fixture.ed25519)\n\(Fixture.other)\r\n".utf8))
    }

    @Test("of no marker is nobody's")
    func noMarker() throws {
        let file = Array("\(Fixture.ed25519)\n".utf8)
        #expect(AuthorizedKeys.removing(marker: "", from: file) == file)
    }
}
