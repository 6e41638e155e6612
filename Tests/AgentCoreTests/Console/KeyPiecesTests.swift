import AgentCore
import Testing

/// Keys as a serial line delivers them.
@Suite struct KeyPiecesTests {
    private func joined(_ pieces: [String]) -> String? {
        var session = Session()
        session.type("2", "alice", "2")
        for piece in pieces + [""] { session.take(.line(secret(piece))) }
        return session.planned?.sshKey?.plain
    }

    @Test(arguments: [Fixture.ed25519, Fixture.ecdsa256, Fixture.ecdsa521, Fixture.rsa2048])
    func aKeyBrokenAnywhereIsWhole(_ key: String) throws {
        let bytes = Array(key)
        for place in 1..<bytes.count {
            let text = joined([String(bytes[..<place]), String(bytes[place...])])
            // A break inside of the comment may leave a blank in it.
            let words = try #require(text, "at \(place)").split(separator: " ")
            #expect(words.prefix(2).elementsEqual(key.split(separator: " ").prefix(2)), "at \(place)")
        }
    }

    @Test(arguments: [8, 20, 40, 64, 72, 79, 80, 132])
    func aKeyBrokenToAWidthIsWhole(_ width: Int) throws {
        let bytes = Array(Fixture.rsa2048)
        let pieces = stride(from: 0, to: bytes.count, by: width).map { String(bytes[$0..<min($0 + width, bytes.count)]) }
        let text = try #require(joined(pieces))
        #expect(text.split(separator: " ").prefix(2).elementsEqual(Fixture.rsa2048.split(separator: " ").prefix(2)))
        #expect(joined(pieces.map { "    \($0) " }) != nil)
    }

    @Test func keysAfterOneAnotherStaySo() throws {
        #expect(joined([Fixture.ed25519, Fixture.other]) == "\(Fixture.ed25519)\n\(Fixture.other)")
        let restricted = "restrict,pty \(Fixture.other)"
        #expect(joined([Fixture.ed25519, restricted]) == "\(Fixture.ed25519)\n\(restricted)")
        let (one, other) = (Array(Fixture.rsa2048), Array(Fixture.ed25519))
        let text = joined([String(one[..<100]), String(one[100...]), String(other[..<30]), String(other[30...])])
        #expect(text == "\(Fixture.rsa2048)\n\(Fixture.ed25519)")
    }

    @Test func aKeyThatLostAPieceIsNone() {
        let bytes = Array(Fixture.rsa2048)
        #expect(joined([String(bytes[..<100]), String(bytes[150...])]) == nil)
        #expect(joined([String(bytes[..<200])]) == nil)
    }

    @Test func aPrivateKeyIsReadToItsEndAndRefused() {
        var session = Session()
        session.type("2", "alice", "2", "-----BEGIN RSA PRIVATE KEY-----", "DEK-Info: AES-128-CBC,00", "", "MIIB")
        #expect(session.isHidden)
        session.type("-----END RSA PRIVATE KEY-----")
        #expect(session.said.contains("The key is a private key"))
        #expect(session.isHidden)
    }

    @Test func thereIsAnEnd() {
        var session = Session()
        session.type("2", "alice", "2")
        for _ in 0..<2000 where !session.isAtMenu { session.type("AAAA") }
        #expect(session.isAtMenu)
    }
}
