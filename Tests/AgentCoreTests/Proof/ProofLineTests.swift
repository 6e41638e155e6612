import AgentCore
import Testing

/// sshd(8), AUTHORIZED_KEYS FILE FORMAT.
@Suite("the line of a proof") struct ProofLineTests {
    private static let token = "0123456789abcdef0123456789abcdef"

    private static func line() throws -> AuthorizedKeyLine {
        try ProofLine.line(
            publicKey: Array("\(someKey)\n".utf8), addresses: ["127.0.0.1", "192.0.2.2"], expiry: "20260131100500", token: token)
    }

    @Test("is bound to the sources, to minutes and to one command, and forwards nothing")
    func bound() throws {
        let text = String(decoding: try Self.line().bytes, as: UTF8.self)
        let options = try #require(text.split(separator: " ssh-ed25519 ").first)
        #expect(
            options == "restrict,user-rc,from=\"127.0.0.1,192.0.2.2\",expiry-time=\"20260131100500\",command=\"echo \(Self.token)\"")
    }

    @Test("holds the ephemeral key, and the marker for a comment instead of ssh-keygen's")
    func key() throws {
        let line = try Self.line()
        #expect(line.key == (try keyLine(someKey)).key)
        #expect(line.comment == ForeignText("vmaccess-agent-proof-\(Self.token)"))
    }

    @Test("is taken away again by its marker, and no other line with it")
    func removed() throws {
        // The user's own line has the same key and a longer comment.
        let before = Array("\(someKey)\n\(someKey) vmaccess-agent-proof-\(Self.token)".utf8)
        let during = try AuthorizedKeys.adding(temporary: Self.line(), to: before)
        #expect(during.count > before.count)
        #expect(AuthorizedKeys.removing(marker: ProofLine.marker(Self.token), from: during) == before)
        #expect(AuthorizedKeys.removing(marker: ProofLine.marker("fedcba9876543210fedcba9876543210"), from: during) == during)
    }

    @Test("is not made of what is no key", arguments: ["", "ssh-ed25519", "hello", "ssh-ed25519 AAAA"])
    func noKey(_ text: String) {
        #expect(throws: KeyFault.self) {
            try ProofLine.line(publicKey: Array(text.utf8), addresses: [], expiry: "", token: "")
        }
    }
}
