/// A sender's signature beside an envelope: over which machine it is for, when in the order of that sender's files it comes, and the
/// envelope. Sealing alone says nothing of who sealed: the certificate is public.
package struct SettingsSignature: Hashable, Sendable {
    package static let name = "signature"

    /// The machine that the settings are for, as the name of its certificate says.
    package let identity: String
    /// Higher than that of any file before.
    package let sequence: Int
    package let value: [UInt8]

    package init(identity: String, sequence: Int, value: [UInt8]) {
        self.identity = identity
        self.sequence = sequence
        self.value = value
    }

    package var document: JSONOutput {
        .object([
            ("identity", .string(identity)), ("sequence", .integer(sequence)),
            ("value", .string(String(decoding: Base64.encode(value), as: UTF8.self))),
        ])
    }

    /// - Returns: nil where there is none.
    /// - Throws: `Refusal` where there is one that is none.
    package static func read(_ text: Secret) throws(Refusal) -> SettingsSignature? {
        guard let root = (try? JSONReader.read(text))?.root.object, let member = root.present(name) else { return nil }
        guard let object = member.object, let identity = object.present("identity")?.string?.foreignText.bytes, identity.count == 32,
            identity.allSatisfy({ Hex.value(of: $0) != nil }), let sequence = object.present("sequence")?.integer, sequence > 0,
            let base64 = object.present("value")?.string, let value = Base64.decode(base64.unescaped)
        else { throw Refusal(reason: "bad-signature", message: "\"\(name)\" is not what 'vmaccess-agent seal --sign' writes") }
        return SettingsSignature(identity: String(decoding: identity, as: UTF8.self).lowercased(), sequence: sequence, value: value)
    }

    /// What is signed. The two lines have no other form, so that nothing can be moved from one part to the next.
    package static func payload(identity: String, sequence: Int, envelope: [UInt8]) -> [UInt8] {
        Array("vmaccess-agent settings 1\n\(identity)\n\(sequence)\n".utf8) + envelope
    }
}
