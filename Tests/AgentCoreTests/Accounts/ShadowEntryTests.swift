import AgentCore
import Testing

/// shadow(5), crypt(5).
@Suite("a line of shadow") struct ShadowEntryTests {
    private static func entry(of name: String, in text: String) -> ShadowEntry? {
        ShadowEntry(of: Array(name.utf8), in: secret(text))
    }

    @Test(
        "says what kind of password there is",
        arguments: [
            ("", .empty),
            // One of each scheme that crypt(5) has.
            ("$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7", .set),
            ("$6$rounds=5000$saltsalt$h8e0VeOJXBaSv0LnKJTWwNXOHrpmeVoFUO1uwkYCqXM2Hz", .set),
            ("$1$etNnh7FA$OlM7eljE/B7F1J4XYNnk81", .set), ("ab01FAX.bQRSU", .set),
            ("!$6$saltsalt$h8e0VeOJXBaSv0LnKJTWwNXOHrpmeVoFUO1uwkYCqXM2Hz", .locked),
            ("!!$1$etNnh7FA$OlM7eljE/B7F1J4XYNnk81", .locked), ("!ab01FAX.bQRSU", .locked),
            ("!", .none), ("!!", .none), ("*", .none), ("!*", .none), ("x", .none), ("*LK*", .none), ("*0", .none), ("*1", .none),
            ("NP", .none),
            // No scheme's hash begins with a star: a hash behind one was disabled by it.
            ("*$1$etNnh7FA$OlM7eljE/B7F1J4XYNnk81", .none), ("!*$1$etNnh7FA$OlM7eljE/B7F1J4XYNnk81", .none),
        ] as [(String, ShadowEntry.Password)])
    func password(_ field: String, _ kind: ShadowEntry.Password) {
        #expect(Self.entry(of: "bob", in: "bob:\(field):19000:0:99999:7:::\n")?.password == kind)
    }

    @Test("says how the account ages")
    func aging() {
        #expect(
            Self.entry(of: "bob", in: "bob:*:19000:1:90:7:14:21915:")
                == ShadowEntry(password: .none, lastChange: 19000, maximumAge: 90, inactive: 14, expires: 21915))
        // Empty fields are switched off; 0 is a change that is due, not none.
        #expect(Self.entry(of: "bob", in: "bob:*:::::::") == ShadowEntry(password: .none))
        #expect(Self.entry(of: "bob", in: "bob:*:0::::::")?.lastChange == 0)
        // -1 is how chage(1) is told "never".
        #expect(Self.entry(of: "bob", in: "bob:*:19000::-1::-1:-1:") == ShadowEntry(password: .none, lastChange: 19000))
    }

    @Test(
        "belongs to the name that it begins with, and to no other",
        arguments: [
            ("bob", 2), ("bobby", 3), ("bo", nil), ("b", 1), ("obby", nil), ("bob2", nil), ("", nil), ("BOB", nil),
        ] as [(String, Int?)])
    func name(_ name: String, _ lastChange: Int?) {
        let file = "b:*:1::::::\nbob:*:2::::::\nbobby:*:3::::::\n#bob2:*:4::::::\nbob:*:5::::::\n"
        #expect(Self.entry(of: name, in: file)?.lastChange == lastChange)
    }

    @Test("is none where it is cut off", arguments: ["bob", "bob:", "bob:*", "bob:*:19000:0:99999:7:", "", "\n"])
    func cutOff(_ line: String) {
        #expect(Self.entry(of: "bob", in: line) == nil)
    }

    @Test("is read to its end, also without a line feed and with a carriage return")
    func lineEnds() {
        for end in ["", "\n", "\r\n"] {
            #expect(Self.entry(of: "bob", in: "al:*:1::::::\(end.isEmpty ? "\n" : end)bob:*:2:::::21915:\(end)")?.expires == 21915)
        }
    }

    @Test("lends the ranges of its fields, so that a hash stays in its buffer")
    func fields() throws {
        let file = secret("root:*:1::::::\nbob:$1$abc:19000:0::7:::")
        let fields = try #require(ShadowEntry.fields(of: Array("bob".utf8), in: file))
        let words = fields.map { range in String(decoding: range.map { file[$0] }, as: UTF8.self) }
        #expect(words == ["bob", "$1$abc", "19000", "0", "", "7", "", "", ""])
        #expect(ShadowEntry.fields(of: Array("bo".utf8), in: file) == nil)
    }
}
