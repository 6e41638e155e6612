/// The settings, decoded: each of the right type, none yet judged. `Request` judges them.
package struct Settings: Sendable {
    package var username: ForeignText?
    package var password: Secret?
    /// A secret until it is known to be no private key.
    package var sshKey: Secret?
    package var expiration: ForeignText?
    package var removeUser: ForeignText?
    package var resetSSH = false
    package var removePriorKeys = false
    package var restoreBackupSSH = false
    package var enablePasswordlessAccess = false
    package var checkDisk = false
    package var repairDisk = false
    package var diskName: ForeignText?
    package var nonce: Nonce?

    /// Names of settings that belong into protected settings and came in public ones. A site that demands signed or sealed
    /// settings refuses those.
    package var publicUserKeys: [String] = []
    /// What was read with leniency, and what was ignored. Printable ASCII.
    package var warnings: [String] = []

    package init() {}

    /// Decodes every known key from both parts.
    ///
    /// - Parameters:
    ///   - protected: the plain settings, or what was in the envelope.
    ///   - publicSettings: what everybody may see. Users' settings are honoured there too, with a warning.
    ///   - warnings: those of the document, to be kept.
    /// - Throws: `Refusal` for a value of the wrong type, naming the key and what is expected.
    package static func decode(
        protected: JSONObject?, public publicSettings: JSONObject?, warnings: [String] = []
    ) throws(Refusal) -> Settings {
        var reader = SettingReader(protected: protected, publicSettings: publicSettings, warnings: warnings)
        var settings = Settings()
        settings.username = try reader.text(.username)
        settings.password = try reader.secret(.password)
        settings.sshKey = try reader.secret(.sshKey)
        settings.expiration = try reader.text(.expiration)
        settings.removeUser = try reader.textOrFalse(.removeUser)
        settings.resetSSH = try reader.flag(.resetSSH)
        settings.removePriorKeys = try reader.flag(.removePriorKeys)
        settings.restoreBackupSSH = try reader.flag(.restoreBackupSSH)
        settings.enablePasswordlessAccess = try reader.flag(.enablePasswordlessAccess)
        settings.checkDisk = try reader.flag(.checkDisk)
        let repair = try reader.repair()
        settings.repairDisk = repair.isAsked
        settings.diskName = try reader.text(.diskName)
        settings.nonce = reader.nonce()
        if let name = repair.name {
            if settings.diskName == nil { settings.diskName = name }
            // Meant as "check, then repair", which every repair is.
            settings.checkDisk = false
        }
        reader.finish()
        settings.publicUserKeys = reader.publicUserKeys.map(\.rawValue)
        settings.warnings = reader.warnings
        return settings
    }

    /// Decodes a document that has no envelope.
    ///
    /// - Throws: `Refusal`, also for one that has: it must be opened first.
    package static func decode(_ document: SettingsDocument) throws(Refusal) -> Settings {
        switch document.protected {
        case .absent:
            return try decode(protected: nil, public: document.publicSettings, warnings: document.warnings)
        case .plain(let settings):
            return try decode(protected: settings, public: document.publicSettings, warnings: document.warnings)
        case .sealed:
            throw Refusal(
                reason: "sealed",
                message: "\"protectedSettings\" is a sealed envelope, which cannot be opened here: send the settings unsealed")
        }
    }
}
