/// Takes settings out of the protected and the public object, one key at a time.
///
/// Null and the empty string are the same as absent, since the portal sends every key. What is protected wins. Leniencies
/// become warnings.
struct SettingReader {
    private let protected: JSONObject?
    private let publicSettings: JSONObject?
    private(set) var warnings: [String]
    /// Keys that belong into protected settings and were taken from the public ones.
    private(set) var publicUserKeys: [SettingKey] = []

    init(protected: JSONObject?, publicSettings: JSONObject?, warnings: [String]) {
        self.protected = protected
        self.publicSettings = publicSettings
        self.warnings = warnings
    }

    /// A string that is no secret.
    mutating func text(_ key: SettingKey) throws(Refusal) -> ForeignText? {
        try string(key)?.foreignText
    }

    /// A string that is one, or may hold one by mistake: never in ordinary memory.
    mutating func secret(_ key: SettingKey) throws(Refusal) -> Secret? {
        try string(key)?.secret()
    }

    /// As `text`, where the word false stands for "none": exported templates have `"remove_user": "false"`.
    mutating func textOrFalse(_ key: SettingKey) throws(Refusal) -> ForeignText? {
        let value = value(key)
        if case .bool(false) = value { return nil }
        if let text = value?.string, text.spellsIgnoringCase("false") {
            warnings.append("\(key.quoted) is the string \"false\", taken as not sent")
            return nil
        }
        return try text(key)
    }

    /// `true` or `false`, also as a string in any case; absent is false.
    mutating func flag(_ key: SettingKey) throws(Refusal) -> Bool {
        guard let value = value(key) else { return false }
        if let flag = value.bool {
            note(key, isUsed: flag)
            return flag
        }
        for flag in [true, false] where value.string?.spellsIgnoringCase(String(flag)) == true {
            warnings.append("\(key.quoted) is a string, read as \(flag)")
            note(key, isUsed: flag)
            return flag
        }
        let found = value.string == nil ? value.kind : "another string"
        throw Refusal(reason: "bad-type", message: "\(key.quoted) is \(found); true or false is expected")
    }

    /// Never a reason to refuse: whoever sends a key of that name and means another thing loses nothing by it.
    mutating func nonce() -> Nonce? {
        guard let value = value(.nonce) else { return nil }
        let bytes = value.string.map { Array($0.unescaped) } ?? value.integer.map { Array(String($0).utf8) }
        if let nonce = bytes.flatMap(Nonce.init) { return nonce }
        warnings.append(
            "\(SettingKey.nonce.quoted) is ignored: at most \(Nonce.longest) letters, digits and . _ : + / = - are expected, or a whole number"
        )
        return nil
    }

    /// Published examples have `"check_disk": "true", "repair_disk": "true, sdc1"`: a repair, and the disk's name in one string.
    mutating func repair() throws(Refusal) -> (isAsked: Bool, name: ForeignText?) {
        let key = SettingKey.repairDisk
        guard let text = value(key)?.string?.foreignText.bytes, let comma = text.firstIndex(of: UInt8(ascii: ",")),
            ForeignText(text[..<comma]).escaped().lowercased() == "true"
        else { return (try flag(key), nil) }
        let name = ForeignText(text[(comma + 1)...].drop { $0 == UInt8(ascii: " ") })
        warnings.append("\(key.quoted) is a string, read as true with the \(SettingKey.diskName.quoted) \(name.quoted(limit: 64))")
        return (true, name)
    }

    private mutating func string(_ key: SettingKey) throws(Refusal) -> JSONText? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else {
            throw Refusal(reason: "bad-type", message: "\(key.quoted) is \(value.kind); a string is expected")
        }
        note(key, isUsed: true)
        return text
    }

    private func value(_ key: SettingKey) -> JSONValue? {
        Self.value(key, in: protected) ?? Self.value(key, in: publicSettings)
    }

    private static func value(_ key: SettingKey, in object: JSONObject?) -> JSONValue? {
        guard let value = object?.present(key.rawValue) else { return nil }
        if let text = value.string, text.isEmpty { return nil }
        return value
    }

    private mutating func note(_ key: SettingKey, isUsed: Bool) {
        guard isUsed, key.isProtected, Self.value(key, in: protected) == nil else { return }
        publicUserKeys.append(key)
    }
}

extension SettingReader {
    /// The most keys that are named; a file of a megabyte can hold a hundred thousand.
    private static let mostNamed = 8

    /// Warnings about keys as such, for when all were taken.
    mutating func finish() {
        if !publicUserKeys.isEmpty {
            let names = publicUserKeys.map(\.quoted).joined(separator: ", ")
            warnings.append(
                "\(names) came in public settings, which everyone who can read the VM's description sees: "
                    + "send \(publicUserKeys.count == 1 ? "it" : "them") in protected settings")
        }
        let doubled = SettingKey.allCases.filter { key in
            Self.value(key, in: protected) != nil && Self.value(key, in: publicSettings) != nil
        }
        if !doubled.isEmpty {
            let names = doubled.map(\.quoted).joined(separator: ", ")
            warnings.append("\(names) came in protected and in public settings: the protected one is used")
        }
        let unknown = [protected, publicSettings].flatMap { $0?.members ?? [] }.map(\.key).filter(Self.isUnknown)
        for key in unknown.prefix(Self.mostNamed) {
            let meant = Self.suggestion(for: key).map { " (is \($0.quoted) meant?)" } ?? ""
            warnings.append("the unknown setting \(key.foreignText.quoted(limit: 40)) is ignored\(meant)")
        }
        if unknown.count > Self.mostNamed {
            warnings.append("\(unknown.count - Self.mostNamed) more unknown settings are ignored")
        }
    }

    private static func isUnknown(_ key: JSONText) -> Bool {
        !SettingKey.allCases.contains { key.spells($0.rawValue) } && !SettingKey.ignored.contains(where: key.spells)
    }

    /// The key that reads the same but for case, `-` and `_`: `sshKey`, `Reset-SSH`, `user_name`.
    private static func suggestion(for key: JSONText) -> SettingKey? {
        func plain(_ bytes: some Sequence<UInt8>) -> [UInt8] {
            bytes.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        }
        let word = plain(key.unescaped.prefix(64))
        return SettingKey.allCases.first { plain($0.rawValue.utf8) == word }
    }
}
