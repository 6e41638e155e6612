import AgentCore
import Testing

@Suite("old passwords of a name") struct OldPasswordsTests {
    private static func without(_ name: String, _ contents: String) throws -> String? {
        let user = try UserName(ForeignText(name))
        return OldPasswords.removing(user, from: Secret(copying: contents.utf8)).map { secret in
            String(decoding: (0..<secret.count).map { secret[$0] }, as: UTF8.self)
        }
    }

    @Test("go, and every other byte stays")
    func go() throws {
        #expect(try Self.without("al", "alice:1:1:h\nal:2:1:h\n\nbo:3:1:h") == "alice:1:1:h\n\nbo:3:1:h")
        #expect(try Self.without("al", "bo:3:1:h\r\nal:2:1:h") == "bo:3:1:h\r\n")
        #expect(try Self.without("al", "al:2:1:h\nal:2:1:h\n")?.isEmpty == true)
    }

    @Test("are none where no line is this name's")
    func none() throws {
        #expect(try Self.without("al", "alice:1:1:h\nx:al:\n#al:\n") == nil)
        #expect(try Self.without("al", "") == nil)
    }
}
