import AgentCore
import Testing

/// passwd(5) and group(5), with what the C library makes of odd lines: taken from `getent -s files` of glibc 2.36.
@Suite("passwd and group") struct PasswdFileTests {
    private static func entries(_ text: String) -> [String] {
        PasswdFile.entries(in: Array(text.utf8)).map {
            "\($0.name.escaped()) \($0.uid) \($0.gid) \($0.home.escaped()) \($0.shell.escaped())"
        }
    }

    @Test(
        "read a line of passwd",
        arguments: [
            ("bob:x:1000:1001:Bob,,,:/home/bob:/bin/bash", "bob 1000 1001 /home/bob /bin/bash"),
            ("bob:x:1000:1001:::", "bob 1000 1001  "),
            ("nobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin", "nobody 65534 65534 /nonexistent /usr/sbin/nologin"),
            ("max:x:4294967295:0::/:/bin/sh", "max 4294967295 0 / /bin/sh"),
            ("b\u{f6}b:x:1000:1000::/h:/s", "b\\xc3\\xb6b 1000 1000 /h /s"),
            // The carriage return is the shell's last byte, for login(1) too.
            ("crlf:x:1000:1000::/h:/bin/sh\r", "crlf 1000 1000 /h /bin/sh\\x0d"),
            ("  blank:x:1:2::/h:/s", "blank 1 2 /h /s"), ("\ttab:x:1:2::/h:/s", "tab 1 2 /h /s"),
            // The last field takes the rest of the line, colons and all; it may be missing.
            ("more:x:1:2::/h:/bin/bash:extra:more", "more 1 2 /h /bin/bash:extra:more"), ("less:x:1:2::/h", "less 1 2 /h "),
        ])
    func line(_ line: String, _ expected: String) {
        #expect(Self.entries(line) == [expected])
        // Neighbours change nothing.
        #expect(Self.entries("root:x:0:0:root:/root:/bin/bash\n\(line)\n")[1...] == [expected])
    }

    @Test(
        "pass over what is no line of passwd",
        arguments: [
            "", "\n\n", "bob", ":x:1000:1000::/h:/s", "bob:x::1000::/h:/s", "bob:x:1000:::/h:/s", "bob:x:-1:1000::/h:/s",
            "bob:x:0x10:1000::/h:/s", "bob:x:4294967296:1000::/h:/s", "bob:x:99999999999:1000::/h:/s", "+::::::", "+bob::::::",
            "-bob::::::", "bob:x:1000:1000", "bob:x:10 00:1000::/h:/s",
        ])
    func noLine(_ line: String) {
        #expect(Self.entries(line) == [])
    }

    @Test("keep the order and both of two lines of one name, of which the first counts")
    func twice() {
        #expect(Self.entries("bob:x:1000:1::/a:/s\nbob:x:0:0::/b:/s\n") == ["bob 1000 1 /a /s", "bob 0 0 /b /s"])
    }

    private static func groups(_ text: String) -> [String] {
        GroupEntry.entries(in: Array(text.utf8)).map { group in
            "\(group.name.escaped()) \(group.gid) \(group.members.map { $0.escaped() })"
        }
    }

    @Test(
        "read a line of group",
        arguments: [
            ("sudo:x:27:bob,alice", "sudo 27 [\"bob\", \"alice\"]"), ("bob:x:1000:", "bob 1000 []"), ("gb:x:3001", "gb 3001 []"),
            (" gc:x:3002:a", "gc 3002 [\"a\"]"), ("gf:x:3005:a,,b,", "gf 3005 [\"a\", \"b\"]"),
            // `bobby` and `a bob` are not bob.
            ("x:x:1:bobby,a bob", "x 1 [\"bobby\", \"a bob\"]"),
        ])
    func group(_ line: String, _ expected: String) {
        #expect(Self.groups(line) == [expected])
    }

    @Test("pass over what is no line of group", arguments: ["", "sudo", "sudo:x", ":x:1:a", "sudo:x::a", "sudo:x:-1:a", "+:::"])
    func noGroup(_ line: String) {
        #expect(Self.groups(line) == [])
    }

    @Test(
        "read numbers without sign, blank or too many digits",
        arguments: [
            ("0", 0), ("007", 7), ("4294967295", 4_294_967_295), ("4294967296", nil), ("", nil), ("+1", nil), ("-1", nil), ("1 ", nil),
            ("1a", nil), ("18446744073709551617", nil), ("00000000001", nil), ("\u{661}", nil),
        ] as [(String, UInt32?)])
    func decimal(_ text: String, _ value: UInt32?) {
        #expect(PasswdFile.decimal(Array(text.utf8)) == value)
    }
}
