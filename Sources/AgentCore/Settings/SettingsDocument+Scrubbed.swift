extension SettingsDocument {
    /// What stands where a secret was.
    package static let redacted = "*** REDACTED ***"

    /// What the file is overwritten with once it was read: the same form, with the envelope and its thumbprint replaced, and
    /// of everything else only what is known to be no secret. Built anew, so that nothing of the original can slip through.
    package func scrubbed() -> JSONOutput {
        let parts: [(String, JSONOutput)] = [
            ("protectedSettings", isProtectedAbsent ? .null : .string(Self.redacted)),
            ("protectedSettingsCertThumbprint", isProtectedAbsent ? .null : .string(Self.redacted)),
            ("publicSettings", publicSettings.map(Self.harmless) ?? .null),
        ]
        switch form {
        case .azure: return .object([("runtimeSettings", .array([.object([("handlerSettings", .object(parts))])]))])
        case .split, .plain, .empty: return .object(parts)
        }
    }

    /// For a file that could not be read: nothing of it is kept.
    package static let scrubbedUnread = JSONOutput.object([
        (
            "runtimeSettings",
            .array([
                .object([
                    (
                        "handlerSettings",
                        .object([
                            ("protectedSettings", .string(redacted)), ("protectedSettingsCertThumbprint", .string(redacted)),
                            ("publicSettings", .null),
                        ])
                    )
                ])
            ])
        )
    ])

    private var isProtectedAbsent: Bool {
        if case .absent = protected { true } else { false }
    }

    /// The settings of the disk, which are meant to be public. Users' settings that came in public are gone with the rest.
    private static func harmless(_ settings: JSONObject) -> JSONOutput {
        let keys: [SettingKey] = [.checkDisk, .repairDisk, .diskName]
        var members: [(String, JSONOutput)] = []
        for key in keys {
            switch settings.present(key.rawValue) {
            case .bool(let value): members.append((key.rawValue, .bool(value)))
            case .string(let text): members.append((key.rawValue, .text(text.foreignText)))
            default: break
            }
        }
        return .object(members)
    }
}
