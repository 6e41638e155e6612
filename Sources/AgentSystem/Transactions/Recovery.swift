internal import AgentCore

/// After a crash: what was begun and not finished is taken back, before anything new is looked at.
package struct Recovery {
    private let guest: Guest

    package init(_ guest: Guest) {
        self.guest = guest
    }

    /// - Returns: what could not be taken back; those transactions stay and are tried again at the next start.
    @discardableResult
    package func run() -> [String] {
        var problems: [String] = []
        do throws(Fault) { try tidyUp() } catch { problems.append(error.message) }
        do throws(Fault) {
            let folders = try TransactionJournal.folders(in: guest.state, of: guest.root)
            // The last begun first: what came later may rest on what came before.
            for folder in folders.reversed() {
                do throws(Fault) {
                    try recover(folder)
                } catch {
                    problems.append(error.message)
                }
            }
            try TransactionHistory(guest).prune()
            try DiskJob.recover(guest)
        } catch {
            problems.append(error.message)
        }
        for problem in problems { guest.log.event("recovery: \(problem)", priority: 3) }
        return problems
    }

    /// What a run that was killed left in the agent's own folders.
    private func tidyUp() throws(Fault) {
        let root = guest.root
        for folder in [guest.state, "\(guest.state)/status", "\(guest.state)/work", "\(guest.state)/keys"] {
            try root.removeTemporaries(in: folder)
        }
        for folder in try TransactionJournal.folders(in: guest.state, of: root) { try root.removeTemporaries(in: folder) }
        try AccountLocks(root: root).removeHalfWritten()
        // Private keys of proofs, and sockets of askpass: a run's, and no other is under way. What waits beside them is to be carried out.
        for name in try root.names(in: guest.runtime) where name.bytes.starts(with: PrivateFolder.prefix.utf8) {
            try root.removeTree("\(guest.runtime)/\(text(name))")
        }
    }

    private func recover(_ folder: String) throws(Fault) {
        let journal = try TransactionJournal(reading: folder, of: guest.root)
        switch journal.end {
        case .committed:
            // The crash may have come between the last record and the end of a secret.
            try Transaction.destroySecrets(in: folder, guest.root)
        case .rolledBack:
            try Transaction.remove(folder, guest.root)
        case .none:
            guest.log.event("recovery: an interrupted run is taken back: \(folder)", priority: 4)
            let applier = Applier(guest: guest, password: nil)
            let problems = applier.takeBack(journal.undos, savedIn: folder)
            guard problems.isEmpty else { throw Fault("take back \(folder)", cause: problems.joined(separator: "; ")) }
            try Transaction.remove(folder, guest.root)
        }
    }
}
