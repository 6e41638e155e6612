/// The keys of the settings, by their names on the wire.
package enum SettingKey: String, CaseIterable, Hashable, Sendable {
    case username
    case password
    case sshKey = "ssh_key"
    case expiration
    case removeUser = "remove_user"
    case resetSSH = "reset_ssh"
    case removePriorKeys = "remove_prior_keys"
    case restoreBackupSSH = "restore_backup_ssh"
    case enablePasswordlessAccess = "enable_passwordless_access"
    case checkDisk = "check_disk"
    case repairDisk = "repair_disk"
    case diskName = "disk_name"
    case nonce

    /// Whether its place is in protected settings; the others may stand in either.
    var isProtected: Bool {
        switch self {
        case .checkDisk, .repairDisk, .diskName, .nonce: false
        default: true
        }
    }

    /// In quotes, for a sentence.
    var quoted: String { "\"\(rawValue)\"" }

    /// Sent by the classic command line client with every request; means nothing here.
    static let ignored = ["task_id"]
}
