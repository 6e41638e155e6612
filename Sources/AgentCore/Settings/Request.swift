/// What is to be done: settings that were decoded, judged, and found to say one thing. Everything that can be refused
/// without looking at the guest is refused here.
package struct Request: Sendable {
    /// The account to be made or changed. Nil also where a user is only named beside `reset_ssh`: see `subject`.
    package let user: UserRequest?
    /// Whose login is to be proven; `user`'s name, or that of a user who is only named. Their account is not touched then.
    package let subject: UserName?
    /// The user to be removed. Then there is no `user`, no `subject`, no reset and no restoring.
    package let removal: UserName?
    package let resetSSH: Bool
    /// `restore_backup_ssh`: sshd's configuration as it was before this agent's first change.
    package let restoresBackup: Bool
    package let disk: DiskRequest?
    /// What the sender is told besides the result. Printable ASCII.
    package let warnings: [String]

    /// - Throws: `Refusal`, one sentence, for the first thing that is wrong.
    package init(_ settings: Settings) throws(Refusal) {
        try Self.refuseContradictions(settings)
        var warnings = settings.warnings
        let name: UserName? = if let username = settings.username { try UserName(username) } else { nil }
        removal = if let removed = settings.removeUser { try UserName(removed, setting: .removeUser) } else { nil }
        if let password = settings.password { try PasswordRule.check(password) }
        let keys = if let text = settings.sshKey { try KeyMaterial.read(text) } else { nil as KeyMaterial.Reading? }
        let expiration: Expiration? = if let text = settings.expiration { try Expiration(text) } else { nil }
        let diskName: DiskName? = if let text = settings.diskName { try DiskName(text) } else { nil }
        warnings += keys?.warnings ?? []

        subject = name
        resetSSH = settings.resetSSH
        restoresBackup = settings.restoreBackupSSH
        disk = try Self.disk(settings, name: diskName, &warnings)
        let whole = name.map { name in
            UserRequest(
                name: name, password: settings.password, keys: keys?.keys ?? [], replacesKeys: settings.removePriorKeys,
                expiration: expiration, passwordlessSudo: settings.enablePasswordlessAccess)
        }
        // The portal's "configuration only" names a user and no credential: the service is meant, not the account.
        let isServiceOnly = (resetSSH || restoresBackup) && whole?.hasCredential == false
        user = isServiceOnly ? nil : whole
        if isServiceOnly, let name { warnings += Self.leftOut(settings, name) }
        self.warnings = warnings
    }

    /// Straight from the bytes of a settings file that has no envelope.
    ///
    /// - Throws: `Refusal`, also for one that has.
    package init(settings text: Secret) throws(Refusal) {
        try self.init(Settings.decode(SettingsDocument.read(text)))
    }

    private static func disk(
        _ settings: Settings, name: DiskName?, _ warnings: inout [String]
    ) throws(Refusal) -> DiskRequest? {
        if settings.repairDisk {
            guard let name else {
                throw missing("\"repair_disk\" without \"disk_name\": send the name of the disk or partition, such as sdc1")
            }
            return .repair(name)
        }
        if settings.checkDisk { return .check(name) }
        if name != nil { warnings.append("\"disk_name\" is ignored: it belongs to \"repair_disk\" and \"check_disk\"") }
        return nil
    }

    /// What was asked for an account that is not touched.
    private static func leftOut(_ settings: Settings, _ name: UserName) -> [String] {
        var keys: [SettingKey] = []
        if settings.expiration != nil { keys.append(.expiration) }
        if settings.enablePasswordlessAccess { keys.append(.enablePasswordlessAccess) }
        guard !keys.isEmpty else { return [] }
        let names = keys.map(\.quoted).joined(separator: ", ")
        return ["\(names) not applied: without a password or key the account of \(name.text) is not touched"]
    }
}

extension Request {
    /// No account and no service is meant.
    package var isAboutDisksAlone: Bool { disk != nil && user == nil && subject == nil && removal == nil && !resetSSH && !restoresBackup }

    private static func missing(_ message: String) -> Refusal {
        Refusal(reason: "missing-setting", message: message)
    }

    private static func conflict(_ message: String) -> Refusal {
        Refusal(reason: "conflict", message: message)
    }

    /// Settings that exclude one another, or mean nothing without another; before any of them is judged by itself.
    private static func refuseContradictions(_ settings: Settings) throws(Refusal) {
        let present = present(in: settings)
        guard !present.subtracting([.diskName]).isEmpty else {
            throw Refusal(
                reason: "nothing-asked",
                message: "the settings ask for nothing: send \"username\" with \"password\" or \"ssh_key\", or \"remove_user\", "
                    + "\"reset_ssh\", \"restore_backup_ssh\", \"check_disk\", or \"repair_disk\" with \"disk_name\"")
        }
        if present.contains(.removeUser) {
            let excluded: [SettingKey] = [.username, .password, .sshKey, .resetSSH, .restoreBackupSSH]
            if let other = excluded.first(where: present.contains) {
                throw conflict("\"remove_user\" and \(other.quoted) exclude each other: send them one after the other")
            }
        }
        if present.isSuperset(of: [.checkDisk, .repairDisk]) {
            throw conflict("\"check_disk\" and \"repair_disk\" exclude each other: a repair checks first; send one of them")
        }
        if present.isSuperset(of: [.resetSSH, .restoreBackupSSH]) {
            throw conflict(
                "\"reset_ssh\" and \"restore_backup_ssh\" exclude each other: one puts the distribution's configuration in place, "
                    + "the other the saved one; send one of them")
        }
        let dependent: [SettingKey] = [.password, .sshKey, .expiration, .removePriorKeys, .enablePasswordlessAccess]
        if !present.contains(.username), let orphan = dependent.first(where: present.contains) {
            throw missing("\(orphan.quoted) without \"username\": send the name of the user it is for")
        }
        if present.contains(.removePriorKeys), !present.contains(.sshKey) {
            throw missing("\"remove_prior_keys\" without \"ssh_key\": the user would be left without a key; send the new one with it")
        }
    }

    private static func present(in settings: Settings) -> Set<SettingKey> {
        let all: [(SettingKey, Bool)] = [
            (.username, settings.username != nil), (.password, settings.password != nil), (.sshKey, settings.sshKey != nil),
            (.expiration, settings.expiration != nil), (.removeUser, settings.removeUser != nil), (.resetSSH, settings.resetSSH),
            (.removePriorKeys, settings.removePriorKeys), (.restoreBackupSSH, settings.restoreBackupSSH),
            (.enablePasswordlessAccess, settings.enablePasswordlessAccess), (.checkDisk, settings.checkDisk),
            (.repairDisk, settings.repairDisk), (.diskName, settings.diskName != nil),
        ]
        return Set(all.filter(\.1).map(\.0))
    }
}
