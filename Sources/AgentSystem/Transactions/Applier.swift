package import AgentCore
internal import Glibc

/// Carries out steps and undoes them. One function for each kind of change: first the record of how it is undone, then the change.
package struct Applier {
    let guest: Guest
    /// The request's password, for a step that sets it.
    let password: Secret?

    package init(guest: Guest, password: Secret?) {
        self.guest = guest
        self.password = password
    }

    /// - Returns: what is worth telling besides that it was done: PAM's words.
    package func apply(_ step: Step, in transaction: Transaction) throws(Fault) -> [String] {
        switch step.change {
        case .tool(let call, let undo):
            if let undo { try transaction.record(.tool(undo), step.summary) }
            try guest.processes.require(Command(call))
            try syncAccounts()
            return []
        case .password(let user): return try setPassword(user, step, transaction)
        case .keys(let change): return try writeKeys(change, step, transaction)
        case .file(let change): return try writeFile(change, step, transaction)
        case .lockMark(let user): return try replaceLockMark(user, step, transaction)
        case .oldPasswords(let user): return try forgetOldPasswords(user, step, transaction)
        case .home(let change): return try changeHome(change, step, transaction)
        case .accountLock(let path):
            try AccountLocks(root: guest.root).clear(path, seconds: 20)
            return []
        case .remove(let path): return try removeFile(path, step, transaction)
        case .endSessions(let user, let uid): return try endSessions(user, uid)
        case .service(let change): return try applyService(change, step, transaction)
        }
    }

    private func writeFile(_ change: FileChange, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        let root = guest.root
        if let slash = change.path.lastIndex(of: "/"), slash != change.path.startIndex {
            try root.makeDirectories(String(change.path[..<slash])) { (folder) throws(Fault) in
                try transaction.record(.folder(folder), step.summary)
            }
        }
        let status = try root.status(change.path)
        let saved: String? = if let before = try root.read(change.path) { try transaction.save(before) } else { nil }
        try transaction.record(
            .file(path: change.path, saved: saved, mode: status?.mode ?? 0, uid: status?.uid ?? 0, gid: status?.gid ?? 0), step.summary)
        let wasWhole = change.check == .visudo ? try isSudoWhole() : false
        try root.replace(change.path, with: change.contents, Root.Attributes(mode: change.mode)) { (temporary) throws(Fault) in
            switch change.check {
            case .visudo: try requireValid(sudoers: temporary, replacing: change.path)
            case nil: break
            }
        }
        if wasWhole, try !isSudoWhole() {
            throw Fault("write \(change.path)", cause: "with it sudo's configuration as a whole is no longer valid")
        }
        return []
    }

    // MARK: undoing

    /// Takes back all of `undos`, the last first. Goes on past what cannot be undone and says so.
    func takeBack(_ undos: [Undo], savedIn folder: String) -> [String] {
        StopRequest.deferred { takeBackAll(undos, savedIn: folder) }
    }

    private func takeBackAll(_ undos: [Undo], savedIn folder: String) -> [String] {
        var problems: [String] = []
        if !undos.isEmpty { SilentHomes.forget() }
        for undo in undos.reversed() {
            do throws(Fault) {
                for note in try takeBack(undo, savedIn: folder, keys: Self.keys(undos)) { guest.log.event(note, priority: 4) }
            } catch {
                problems.append(error.message)
            }
        }
        return problems
    }

    /// The files of keys that a transaction wrote.
    static func keys(_ undos: [Undo]) -> [ForeignText] {
        undos.compactMap { if case .keys(_, let path, _) = $0 { path } else { nil } }
    }

    /// An account that was only just made, and its home as far as the agent made it.
    private func removeMadeAccount(_ call: ToolCall, keys: [ForeignText]) throws(Fault) -> [String] {
        guard let name = call.arguments.last.flatMap({ UserName($0) }), case .local(let account) = guest.accounts.answer(for: name) else {
            // It may never have been made.
            return []
        }
        var notes: [String] = []
        if call.arguments.contains("--remove") {
            let home = Home(guest: guest, path: account.entry.home, identity: try guest.accounts.identity(of: account))
            if try home.stranger(keys: keys) != nil { notes = try home.removeMade(keys: keys, now: guest.clock.compactTimestamp) }
        }
        try guest.processes.require(Command(call))
        return notes
    }

    /// - Returns: what is worth telling.
    @discardableResult
    func takeBack(_ undo: Undo, savedIn folder: String, keys: [ForeignText] = []) throws(Fault) -> [String] {
        let root = guest.root
        switch undo {
        case .tool(let call):
            if call.tool == .userdel { return try removeMadeAccount(call, keys: keys) }
            try guest.processes.require(Command(call))
        case .password(let user, let saved):
            guard let field = try root.readSecret("\(folder)/\(saved)"), case .local = guest.accounts.answer(for: user) else { return [] }
            var command = Command(.chpasswd, ["-e"])
            command.input = Passwords.line(user, field)
            try guest.processes.require(command)
        case .file(let path, let saved, let mode, let uid, let gid):
            try root.removeTemporaries(of: path)
            if let saved {
                guard let before = try root.read("\(folder)/\(saved)") else {
                    throw Fault("put back \(path)", cause: "what it held is lost")
                }
                // The change may never have come: then there may be no way to write either.
                if let now = try root.status(path), now.mode == mode, now.uid == uid, now.gid == gid, try root.read(path) == before {
                    return []
                }
                try root.replace(path, with: before, Root.Attributes(mode: mode, uid: uid, gid: gid))
            } else if try root.status(path) != nil {
                try root.remove(path)
            }
        case .keys(let user, let path, let saved):
            guard case .local = guest.accounts.answer(for: user) else { return [] }
            let before: [UInt8]? = if let saved { try root.read("\(folder)/\(saved)") } else { nil }
            if saved != nil, before == nil { throw Fault("put back the keys of \(user.text)", cause: "what the file held is lost") }
            let file = try guest.keysFile(of: user, path: path)
            try file.removeTemporaries()
            if try file.read() != before { _ = try file.edit { (_) throws(Fault) in before } }
        case .proofLine(let user, let path, let marker):
            guard case .local = guest.accounts.answer(for: user) else { return [] }
            let file = try guest.keysFile(of: user, path: path)
            try file.removeTemporaries()
            if try file.read() != nil {
                _ = try file.edit { (contents) throws(Fault) in contents.map { AuthorizedKeys.removing(marker: marker, from: $0) } }
            }
        case .home(let undo): return try home(of: undo.change).takeBack(undo, keys: keys, now: guest.clock.compactTimestamp)
        case .folder(let path): try removeMadeFolder(path)
        case .service(let undo): try takeBack(undo)
        }
        return []
    }
}
