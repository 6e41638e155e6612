internal import AgentCore
internal import Glibc

/// Changes to sshd's configuration: sshd judged them on a copy when they were planned, and judges once more when they are made.
extension Applier {
    func configure(_ change: ConfigurationChange, _ step: Step, _ transaction: Transaction) throws(Fault) {
        for file in change.files {
            if let contents = file.contents {
                try put(file, contents, step, transaction)
            } else {
                try takeAway(file, step, transaction)
            }
        }
        if let why = SSHD(guest).complaint() { throw Fault(step.summary, cause: "sshd refuses it: \(why)") }
    }

    private func put(_ file: ConfigurationChange.File, _ contents: [UInt8], _ step: Step, _ transaction: Transaction) throws(Fault) {
        let root = guest.root
        let status = try root.status(file.path)
        if let folder = file.path.lastIndex(of: "/") { try root.makeDirectory(String(file.path[..<folder]), mode: 0o755) }
        let backup = file.path + ConfigurationPaths.saved
        if status != nil, !file.isOwn, try root.status(backup) == nil {
            // The file itself gets a second name, with its owner, mode, label and times; what comes to its place is another.
            try transaction.record(.service(.linked(backup)), step.summary)
            try root.link(file.path, as: backup)
        }
        try keep(file.path, status, step, transaction)
        // Stricter permissions than the distribution's stay.
        let isRoots = status?.kind == .file && status?.uid == 0
        let mode = isRoots ? (status?.mode ?? 0o644) & 0o644 : 0o644
        try root.replace(file.path, with: contents, Root.Attributes(mode: mode))
    }

    private func takeAway(_ file: ConfigurationChange.File, _ step: Step, _ transaction: Transaction) throws(Fault) {
        let root = guest.root
        guard let status = try root.status(file.path) else { return }
        let backup = file.path + ConfigurationPaths.saved
        if !file.isOwn, try root.status(backup) == nil {
            try transaction.record(.service(.moved(path: file.path, to: backup)), step.summary)
            try root.rename(file.path, to: backup)
        } else {
            try keep(file.path, status, step, transaction)
            try root.remove(file.path)
        }
    }

    /// Keeps what a file holds with the transaction.
    private func keep(_ path: String, _ status: FileStatus?, _ step: Step, _ transaction: Transaction) throws(Fault) {
        let saved: String? = if let before = try guest.root.read(path) { try transaction.save(before) } else { nil }
        try transaction.record(
            .file(path: path, saved: saved, mode: status?.mode ?? 0, uid: status?.uid ?? 0, gid: status?.gid ?? 0), step.summary)
    }

    func restore(_ plan: RestorePlan, _ step: Step, _ transaction: Transaction) throws(Fault) {
        let root = guest.root
        for path in plan.removed {
            try keep(path, try root.status(path), step, transaction)
            try root.remove(path)
        }
        for path in plan.restored {
            let backup = path + ConfigurationPaths.saved
            if let status = try root.status(path) {
                try keep(path, status, step, transaction)
                try root.remove(path)
            }
            try transaction.record(.service(.moved(path: backup, to: path)), step.summary)
            try root.rename(backup, to: path)
        }
        if let why = SSHD(guest).complaint() { throw Fault(step.summary, cause: "sshd refuses it: \(why)") }
    }
}

extension SSHD {
    /// Runs a check of sshd's. It asks for the privilege separation directory, which comes and goes with the service: it is lent where
    /// it is missing, and again where systemd has just taken it away after a failed start.
    func judge(_ command: Command) throws(Fault) -> Outcome { try judge([command])[0] }

    /// Several side by side.
    func judge(_ commands: [Command]) throws(Fault) -> [Outcome] {
        var tries = 0
        while true {
            let made = mkdir("/run/sshd", 0o755) == 0
            defer { if made { rmdir("/run/sshd") } }
            var outcomes: [Outcome] = []
            for result in guest.processes.runTogether(commands) { outcomes.append(try result.get()) }
            tries += 1
            let isMissing = outcomes.contains { outcome in
                SSHDMessages(stderr: outcome.errors).all.contains { if case .missingDirectory = $0.subject { true } else { false } }
            }
            if !isMissing || tries == 5 { return outcomes }
        }
    }

    /// Why the installed sshd refuses its configuration as it is now, host keys and all; nil where it does not.
    func complaint() -> String? {
        do throws(Fault) {
            let arguments = Self.configurationArguments(guest.service.answer().arguments)
            let outcome = try judge(Command(.sshd, arguments + ["-t"]))
            if outcome.succeeded { return nil }
            guard let reason = SSHDMessages(stderr: outcome.errors).reason else { return outcome.explanation }
            // The unit's own arguments: what is wrong with them shows when it starts.
            if reason.file == SSHDConfiguration.commandLine, try judge(Command(.sshd, ["-t"])).succeeded { return nil }
            let place = reason.file.map { "\($0.escaped())\(reason.line.map { ":\($0)" } ?? ""): " } ?? ""
            return place + reason.text.escaped()
        } catch {
            return error.message
        }
    }
}
