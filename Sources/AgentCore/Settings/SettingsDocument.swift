/// A settings file, with its form recognised and nothing decoded yet: between this and `Settings.decode` an envelope is
/// opened, which only the guest can do.
///
/// Three forms: the settings themselves; `protectedSettings` with `settings` or `publicSettings`, as in templates; Azure's
/// `{"runtimeSettings":[{"handlerSettings":{…}}]}`.
package struct SettingsDocument: Sendable {
    package enum Protected: Sendable {
        case absent
        case plain(JSONObject)
        case sealed(Sealed)
    }

    /// An envelope: CMS, as base64 text that may be wrapped.
    package struct Sealed: Hashable, Sendable {
        /// No secret: it is ciphertext.
        package let base64: [UInt8]
        /// SHA-1 of the recipient's certificate, 40 hexadecimal digits in upper case, so that it is safe as a file name.
        package let thumbprint: String?
    }

    package enum Form: Hashable, Sendable {
        /// The file has no byte: so the Azure agent writes "no settings at all".
        case empty
        case plain
        case split
        case azure
    }

    package let form: Form
    package let protected: Protected
    package let publicSettings: JSONObject?
    /// Leniencies of the reader.
    package let warnings: [String]

    /// - Throws: `Refusal` for what is no JSON, no object, or in none of the forms.
    package static func read(_ text: Secret) throws(Refusal) -> SettingsDocument {
        if text.isEmpty { return SettingsDocument(form: .empty, protected: .absent, publicSettings: nil, warnings: []) }
        let document = try parse(text, called: "settings are")
        guard let root = document.root.object else {
            throw .wrongForm("settings are \(document.root.kind); an object is expected, such as {\"username\": \"bob\"}")
        }
        if let list = root["runtimeSettings"] {
            let handler = try handlerSettings(list)
            try refuseStrays(in: root, besides: ["runtimeSettings"], called: "runtimeSettings")
            return try split(handler, form: .azure, document.warnings)
        }
        if let wrapper = partNames.first(where: { root[$0] != nil }) {
            try refuseStrays(in: root, besides: partNames + [thumbprintName], called: wrapper)
            return try split(root, form: .split, document.warnings)
        }
        return SettingsDocument(form: .plain, protected: .plain(root), publicSettings: nil, warnings: document.warnings)
    }

    /// The settings that were in an envelope. `null` in it is no settings.
    ///
    /// - Throws: `Refusal` for what is no JSON object. It is for the local log: towards a sender every failed decryption reads
    ///   the same.
    package static func opened(_ plaintext: Secret) throws(Refusal) -> (settings: JSONObject?, warnings: [String]) {
        let document = try parse(plaintext, called: "protected settings are")
        switch document.root {
        case .null: return (nil, document.warnings)
        case .object(let object): return (object, document.warnings)
        default: throw .wrongForm("protected settings are \(document.root.kind); an object is expected")
        }
    }

    private static let partNames = ["protectedSettings", "publicSettings", "settings"]
    private static let thumbprintName = "protectedSettingsCertThumbprint"

    private static func parse(_ text: Secret, called name: String) throws(Refusal) -> JSONDocument {
        do {
            return try JSONReader.read(text)
        } catch {
            throw Refusal(reason: "not-json", message: "\(name) not JSON: \(error.message)")
        }
    }

    private static func handlerSettings(_ list: JSONValue) throws(Refusal) -> JSONObject {
        let none = JSONObject(members: [])
        if list.isNull { return none }
        guard let elements = list.array else { throw .wrongForm("\"runtimeSettings\" is \(list.kind); an array is expected") }
        guard elements.count <= 1 else {
            throw .wrongForm("\"runtimeSettings\" has \(elements.count) elements; one is expected")
        }
        guard let element = elements.first, !element.isNull else { return none }
        guard let object = element.object else {
            throw .wrongForm("the element of \"runtimeSettings\" is \(element.kind); an object is expected")
        }
        guard let handler = object.present("handlerSettings") else { return none }
        guard let settings = handler.object else {
            throw .wrongForm("\"handlerSettings\" is \(handler.kind); an object is expected")
        }
        return settings
    }

    private static func split(_ object: JSONObject, form: Form, _ warnings: [String]) throws(Refusal) -> SettingsDocument {
        if object.present("settings") != nil, object.present("publicSettings") != nil {
            throw .wrongForm("\"settings\" and \"publicSettings\" are two names for the same: send one of them")
        }
        let publicName = object.present("settings") == nil ? "publicSettings" : "settings"
        return SettingsDocument(
            form: form,
            protected: try protected(object),
            publicSettings: try publicPart(object.present(publicName), publicName),
            warnings: warnings)
    }

    private static func publicPart(_ value: JSONValue?, _ name: String) throws(Refusal) -> JSONObject? {
        guard let value else { return nil }
        // The portal's "nothing" is an empty string.
        if let text = value.string, text.isEmpty { return nil }
        guard let object = value.object else { throw .wrongForm("\"\(name)\" is \(value.kind); an object is expected") }
        return object
    }

    private static func protected(_ object: JSONObject) throws(Refusal) -> Protected {
        switch object.present("protectedSettings") {
        case nil:
            return .absent
        case .object(let settings):
            return .plain(settings)
        case .string(let text):
            if text.isEmpty { return .absent }
            if text.spells(redacted) {
                throw Refusal(
                    reason: "scrubbed", message: "the protected settings were read and erased before: send them again")
            }
            return .sealed(Sealed(base64: Array(text.unescaped), thumbprint: try thumbprint(object.present(thumbprintName))))
        case .some(let other):
            throw .wrongForm("\"protectedSettings\" is \(other.kind); an object or an envelope in base64 is expected")
        }
    }

    /// Used as the name of a file by its finder, so nothing but digits passes.
    private static func thumbprint(_ value: JSONValue?) throws(Refusal) -> String? {
        guard let value else { return nil }
        let bytes = value.string.map { Array($0.unescaped) } ?? [0]
        if bytes.isEmpty { return nil }
        guard bytes.count == 40, bytes.allSatisfy({ Hex.value(of: $0) != nil }) else {
            throw Refusal(
                reason: "bad-thumbprint", message: "\"\(thumbprintName)\" is not the SHA-1 of a certificate: 40 hexadecimal digits")
        }
        return String(decoding: bytes, as: UTF8.self).uppercased()
    }

    /// A setting beside the wrapper would silently do nothing; somebody meant it.
    private static func refuseStrays(in root: JSONObject, besides names: [String], called wrapper: String) throws(Refusal) {
        for member in root.members where !names.contains(where: member.key.spells) {
            guard let key = SettingKey.allCases.first(where: { member.key.spells($0.rawValue) }) else { continue }
            throw .wrongForm("\"\(key.rawValue)\" stands beside \"\(wrapper)\", where it would do nothing: move it inside")
        }
    }
}

extension Refusal {
    fileprivate static func wrongForm(_ message: String) -> Refusal {
        Refusal(reason: "bad-form", message: message)
    }
}
