internal import AgentCore

extension Applier {
    func home(of change: HomeChange) throws(Fault) -> Home {
        var identity: Identity?
        if case .local(let account) = guest.accounts.answer(for: change.user) { identity = try guest.accounts.identity(of: account) }
        return Home(guest: guest, path: change.home, identity: identity)
    }

    func changeHome(_ change: HomeChange, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        try home(of: change).make(change, now: guest.clock.compactTimestamp) { (undo) throws(Fault) in
            try transaction.record(undo, step.summary)
        }
    }

    func writeKeys(_ change: KeysChange, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        let file = try guest.keysFile(of: change.user, path: change.path)
        var notes: [String] = []
        var carried: [UInt8]?
        if file.isBelowHome {
            (carried, notes) = try makeWay(for: change, file, step, transaction)
        } else if let slash = change.path.bytes.lastIndex(of: UInt8(ascii: "/")), slash > 0 {
            try guest.root.makeDirectories(text(ForeignText(change.path.bytes[..<slash]))) { (folder) throws(Fault) in
                try transaction.record(.folder(folder), step.summary)
            }
        }
        // What is saved is read first: the record precedes the change. What changed in between is not lost, since the merge reads
        // again.
        let before = try file.read()
        let saved: String? = if let before { try transaction.save(before) } else { nil }
        try transaction.record(.keys(change.user, path: change.path, saved: saved), step.summary)
        let removes = change.keys.isEmpty && change.replacing
        _ = try file.edit { (contents) throws(Fault) in
            do throws(Refusal) {
                if removes { return nil }
                return try AuthorizedKeys.merging(change.keys, into: contents ?? carried ?? [], replacing: change.replacing).bytes
            } catch {
                throw Fault(step.summary, cause: error.message)
            }
        }
        return notes
    }

    /// Sets right what stands in the way below the home, as it is now: what the plan saw may have been hidden by a folder above it, or
    /// be another thing by now.
    ///
    /// - Returns: what a file that had to make room held, if that could be read, and what is to be told.
    private func makeWay(
        for change: KeysChange, _ file: KeysFile, _ step: Step, _ transaction: Transaction
    ) throws(Fault) -> (carried: [UInt8]?, notes: [String]) {
        var notes: [String] = []
        let uid = file.account.entry.uid
        func perform(_ part: ForeignText, _ action: HomeChange.Action) throws(Fault) {
            notes += try changeHome(HomeChange(user: change.user, home: file.account.entry.home, part: part, action), step, transaction)
        }
        var carried: [UInt8]?
        // Each round moves or mends one component; a user who keeps putting things there is not raced for ever.
        for _ in 0..<8 {
            let answer = file.examine()
            if case .bytes(let bytes) = answer.contents { carried = bytes }
            let folder = answer.parts.first { $0.path != change.path && KeysPathUnsafe.judge($0, isFile: false, uid: uid) != nil }
            if let folder, let judgement = KeysPathUnsafe.judge(folder, isFile: false, uid: uid) {
                for action in judgement.actions { try perform(folder.path, action) }
                continue
            }
            guard let entry = answer.parts.first(where: { $0.path == change.path }) else {
                for missing in file.folders where !answer.parts.contains(where: { $0.path == missing }) {
                    let made = HomeChange(user: change.user, home: file.account.entry.home, part: missing, .make(mode: 0o700))
                    try transaction.record(.home(HomeUndo(made, former: .nothing, inode: 0)), step.summary)
                }
                return (carried, notes)
            }
            let isUnreadable = if case .unreadable = answer.contents { true } else { false }
            let judgement = KeysPathUnsafe.judge(entry, isFile: true, uid: uid)
            if entry.isFixed { try perform(change.path, .clearAttributes) }
            if isUnreadable || entry.entry.kind == .link || judgement?.actions.contains(.setAside) == true {
                try perform(change.path, .setAside)
                return (carried, notes)
            }
            // The new file is the user's alone; should it be taken back, the old one's mode comes back behind it.
            if entry.entry.mode != 0o600 {
                let former = HomeChange(user: change.user, home: file.account.entry.home, part: change.path, .mode(entry.entry.mode))
                try transaction.record(.home(HomeUndo(former, former: .mode(entry.entry.mode), inode: 0)), step.summary)
            }
            return (nil, notes)
        }
        throw Fault(step.summary, cause: "the folders on the way to the keys keep changing")
    }
}
