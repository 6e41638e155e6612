import AgentCore
import Testing

@Suite("the sender's own name for a request") struct NonceTests {
    private static func decode(_ text: String) throws -> Settings {
        try Settings.decode(SettingsDocument.read(Secret(copying: Array(text.utf8))))
    }

    @Test(
        "is a word or a whole number, in either part",
        arguments: [
            (#"{"nonce":"a-1:B/+=_."}"#, "a-1:B/+=_."), (#"{"nonce":17}"#, "17"), (#"{"nonce":""}"#, nil), (#"{"nonce":null}"#, nil),
            (#"{"publicSettings":{"nonce":"p"},"protectedSettings":{"reset_ssh":true}}"#, "p"),
        ] as [(String, String?)])
    func valid(_ text: String, _ nonce: String?) throws {
        let settings = try Self.decode(text)
        #expect(settings.nonce?.text == nonce && settings.warnings == [] && settings.publicUserKeys == [])
    }

    @Test(
        "that is none is ignored with a warning, and refuses nothing",
        arguments: [
            #""two words""#, #""line\nfeed""#, "true", "{}", "1.5", #""\#(String(repeating: "x", count: 65))""#, #""\u00e4""#,
        ])
    func invalid(_ value: String) throws {
        let settings = try Self.decode(#"{"reset_ssh":true,"nonce":\#(value)}"#)
        #expect(settings.nonce == nil && settings.resetSSH && settings.warnings.count == 1)
    }

    @Test("alone asks for nothing")
    func alone() throws {
        #expect(throws: Refusal.self) { _ = try Request(Self.decode(#"{"nonce":"n"}"#)) }
    }
}
