import AgentCore
import Testing

@Suite("base64") struct Base64Tests {
    @Test(
        "as RFC 4648 has it",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
            ("\u{0}", "AA=="), ("\u{7f}\u{7e}?>", "f34/Pg=="),
        ])
    func vectors(_ plain: String, _ encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == Array(encoded.utf8))
        #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
    }

    @Test("every byte goes there and back, at every place of a group")
    func roundTrip() {
        for length in 0..<6 {
            for byte in UInt8.min...UInt8.max {
                let bytes = Array(repeating: byte, count: length)
                #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            }
        }
    }

    @Test(
        "that b64_pton refuses",
        arguments: [
            "Zg", "Zg=", "Zg===", "Zm8", "Zm8==", "Zm9v=", "Zm9vY", "=", "====", "Z", "Z===", "Zh==", "Zm9=", "Zm=v", "Zg==Zg==", "Zm9v!",
            "Zm9v Zg==", "Zm9v\n", "Z\u{e9}==", "Zm9-", "Zm9_",
        ])
    func broken(_ text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test("may be wrapped where that is said", arguments: ["Zm9v\nYmFy\n", "Zm9v\r\nYmFy", " Z m\t9vYmFy", "Zm9vYm\u{b}F\u{c}y"])
    func wrapped(_ text: String) {
        #expect(Base64.decode(text.utf8, skippingWhiteSpace: true) == Array("foobar".utf8))
        #expect(Base64.decode(text.utf8) == nil)
    }
}
