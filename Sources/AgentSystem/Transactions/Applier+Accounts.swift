internal import AgentCore
internal import Glibc

extension Applier {
    func setPassword(_ user: UserName, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        guard let password else { throw Fault(step.summary, cause: "there is no password in the request") }
        try recordPassword(of: user, step, transaction)
        let result = try guest.passwords.set(password, of: user)
        try syncAccounts()
        switch result {
        case .set(let words): return words
        case .setWithoutPAM(let why):
            return ["set without PAM, whose configuration for passwords is broken (\(why)): no policy was asked"]
        case .refused(let words): throw Fault(step.summary, cause: words.joined(separator: "; "))
        }
    }

    /// PAM and the account tools sync their files, but not the directory: without that a power loss could still lose what they did.
    func syncAccounts() throws(Fault) { try guest.root.syncDirectory(of: "/etc/passwd") }

    /// The old field, and the day of the last change, which chpasswd sets to today when it puts the field back.
    private func recordPassword(of user: UserName, _ step: Step, _ transaction: Transaction) throws(Fault) {
        guard let field = try guest.accounts.passwordField(of: user) else { return }
        try transaction.record(.tool(lastDay(of: user)), step.summary)
        let saved = try transaction.save(field)
        try transaction.record(.password(user, saved: saved), step.summary)
    }

    private func lastDay(of user: UserName) throws(Fault) -> ToolCall {
        let day = try guest.accounts.account(user).shadow?.lastChange
        return ToolCall(.chage, ["--lastday", day.map(String.init) ?? "-1", "--", user.text])
    }

    /// `!` becomes `*`; what follows stays. By chpasswd's standard input, since a hash has no business in an argument.
    func replaceLockMark(_ user: UserName, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        guard let field = try guest.accounts.passwordField(of: user) else {
            throw Fault(step.summary, cause: "there is no line in /etc/shadow")
        }
        let day = try lastDay(of: user)
        try recordPassword(of: user, step, transaction)
        // For `undo`, which has no old field: the mark alone.
        try transaction.record(.tool(ToolCall(.usermod, ["--lock", "--", user.text])), step.summary)
        var rest = 0
        while rest < field.count, field[rest] == UInt8(ascii: "!") { rest += 1 }
        let unmarked = Secret(capacity: field.count + 1) { buffer in
            buffer[0] = UInt8(ascii: "*")
            field.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[rest...]))
            }
            return field.count - rest + 1
        }
        var command = Command(.chpasswd, ["-e"])
        command.input = Passwords.line(user, unmarked)
        try guest.processes.require(command)
        // The password is no newer for it.
        try guest.processes.require(Command(day))
        try syncAccounts()
        return []
    }

    /// What is kept for the undo is secret: it is destroyed when the transaction ends.
    ///
    /// pam_unix, which writes this file too, holds the lock of the account files meanwhile; pam_pwhistory holds none, so that what it may
    /// have written in between is looked for before the file is replaced.
    func forgetOldPasswords(_ user: UserName, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        let lock = try PasswordFilesLock(guest.root, seconds: 20)
        defer { _ = lock }
        for path in PAMFiles(root: guest.root).oldPasswordFiles() {
            var tries = 5
            while try !forget(user, path, step, transaction) {
                tries -= 1
                if tries == 0 { throw Fault(step.summary, cause: "\(path) keeps changing") }
            }
        }
        return []
    }

    /// Whether it is done; false where somebody else has written the file meanwhile.
    private func forget(_ user: UserName, _ path: String, _ step: Step, _ transaction: Transaction) throws(Fault) -> Bool {
        let root = guest.root
        guard let status = try root.status(path), let before = try root.readSecret(path),
            let after = OldPasswords.removing(user, from: before)
        else { return true }
        let saved = try transaction.save(before)
        try transaction.record(.file(path: path, saved: saved, mode: status.mode, uid: status.uid, gid: status.gid), step.summary)
        let attributes = Root.Attributes(mode: status.mode, uid: status.uid, gid: status.gid)
        var isSame = true
        do throws(Fault) {
            try root.replace(path, with: after.withBytes { [UInt8]($0) }, attributes) { (_) throws(Fault) in
                isSame = try root.status(path) == status
                if !isSame { throw Fault("write \(path)", cause: "it has changed") }
            }
        } catch {
            if isSame { throw error }
        }
        return isSame
    }

    func removeFile(_ path: String, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        guard let status = try guest.root.status(path) else { return [] }
        // What is gone for good leaves no copy.
        if !step.isLasting, status.kind == .file, let before = try? guest.root.read(path) {
            let saved = try transaction.save(before)
            try transaction.record(.file(path: path, saved: saved, mode: status.mode, uid: status.uid, gid: status.gid), step.summary)
        }
        try guest.root.remove(path)
        return []
    }

    func endSessions(_ user: UserName, _ uid: UInt32) throws(Fault) -> [String] {
        // logind first: it ends the user's own systemd and forgets the sessions. Where it does not run, the processes are all there is.
        if (try? location(of: .loginctl)) != nil { _ = try? guest.processes.run(Command(.loginctl, ["terminate-user", "--", user.text])) }
        try UserProcesses(uid: uid).end()
        return []
    }

    func removeMadeFolder(_ path: String) throws(Fault) {
        guard try guest.root.status(path) != nil else { return }
        let parent = try guest.root.openParent(path)
        if unlinkat(parent.directory.raw, parent.name, AT_REMOVEDIR) == -1, errno != ENOENT, errno != ENOTEMPTY, errno != EEXIST {
            throw Fault("remove \(path)", errno: errno)
        }
    }
}
