/// `restore_backup_ssh` was asked: sshd's configuration from before this agent's first change.
package struct BackupNotRestored: Obstacle {
    package let id = "backup-not-restored"
    package let layer = Layer.server

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard asked.restores else { return .clear }
        let main = ConfigurationPaths.main(try facts.service().arguments)
        var restored: [String] = []
        var removed: [String] = []
        var files: [ConfigurationChange.File] = []
        func add(_ path: String) throws(Unanswered) {
            guard case .contents(let bytes) = try facts.file(path + ConfigurationPaths.saved) else { return }
            restored.append(path)
            files.append(.init(path: path, contents: bytes))
        }
        try add(main)
        for name in try facts.names(in: ConfigurationPaths.dropIns) {
            let path = "\(ConfigurationPaths.dropIns)/\(String(decoding: name.bytes, as: UTF8.self))"
            if path.hasSuffix(ConfigurationPaths.saved) {
                try add(String(path.dropLast(ConfigurationPaths.saved.count)))
            } else if ConfigurationPaths.isOwn(path) {
                removed.append(path)
                files.append(.init(path: path, contents: nil))
            }
        }
        guard !restored.isEmpty else {
            return .refused(
                Refusal(
                    reason: "no-backup",
                    message: "\"restore_backup_ssh\": there is no backup of sshd's configuration, since this agent has not changed it "
                        + "or has restored it already; send \"reset_ssh\": true for the distribution's defaults"))
        }
        let plan = RestorePlan(restored: restored, removed: removed, change: ConfigurationChange(main: main, files: files))
        if case .refused(let message) = try facts.candidate(plan.change) {
            return .refused(
                Refusal(
                    reason: "backup-refused",
                    message: "\"restore_backup_ssh\": sshd refuses the saved configuration (\(SSHDWords.text(of: message))), "
                        + "and with it nobody could log in: nothing was changed; correct it in \(main)\(ConfigurationPaths.saved)"))
        }
        return .found(
            Finding(
                self, "the configuration from before this agent's first change is saved", mandate: .restore,
                steps: [.service("restore sshd's configuration (\(plan.change.names))", .restore(plan))]))
    }
}
