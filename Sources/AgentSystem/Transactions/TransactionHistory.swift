package import AgentCore

/// The transactions that are kept: for `undo`, and for the list of them.
package struct TransactionHistory {
    private let guest: Guest
    private var folder: String { "\(guest.state)/transactions" }

    package init(_ guest: Guest) {
        self.guest = guest
    }

    /// So many finished ones are kept, and so many bytes of what they replaced.
    private static let kept = 20
    private static let keptBytes: Int64 = 32 << 20

    /// One that finished.
    struct Finished {
        let journal: TransactionJournal
        let header: TransactionHeader
        /// The transaction that has reversed it, and is not reversed itself.
        var undoneBy: String?
    }

    struct Entry {
        let id: String
        /// Or why it cannot be read, in a sentence.
        let finished: Result<Finished, Fault>
    }

    /// The newest first; without those that are unfinished.
    func entries() throws(Fault) -> [Entry] {
        var entries: [Entry] = []
        var undone: [String: String] = [:]
        for name in try guest.root.names(in: folder).reversed() {
            let id = name.escaped()
            do throws(Fault) {
                let journal = try TransactionJournal(reading: "\(folder)/\(text(name))", of: guest.root)
                guard journal.end == .committed, let header = journal.header else { continue }
                // The newest come first, so that one that was itself undone is known by now and counts for nothing.
                let undoneBy = undone[id]
                if let other = header.undoes, undoneBy == nil, undone[other] == nil { undone[other] = id }
                entries.append(Entry(id: id, finished: .success(Finished(journal: journal, header: header, undoneBy: undoneBy))))
            } catch {
                entries.append(Entry(id: id, finished: .failure(error)))
            }
        }
        return entries
    }

    /// The one that is named by its id or its number; without a name the newest that is no undo and was not undone.
    ///
    /// - Throws: the `Refusal` of a name that is none.
    func find(_ name: String?) throws -> Finished {
        let entries = try entries()
        guard let name else {
            for entry in entries {
                // What cannot be read may be the one that is meant.
                let finished = try entry.finished.get()
                if finished.undoneBy == nil, finished.header.undoes == nil { return finished }
            }
            throw Refusal(
                reason: "no-transaction", message: "there is nothing to undo: nothing was changed, or all of it is undone already")
        }
        let number = name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? TransactionHeader.number(name) : nil
        guard let entry = entries.first(where: { $0.id == name || number != nil && TransactionHeader.number($0.id) == number }) else {
            throw Refusal(
                reason: "no-transaction",
                message: "there is no transaction \(ForeignText(name).quoted()); vmaccess-agent status lists those that are kept")
        }
        return try entry.finished.get()
    }

    /// Removes the oldest above what is kept, those that cannot be read among them. Only under the lock.
    func prune() throws(Fault) {
        var bytes: Int64 = 0
        for (index, entry) in try entries().enumerated() {
            let folder = "\(folder)/\(entry.id)"
            for name in try guest.root.names(in: folder) { bytes += try guest.root.status("\(folder)/\(text(name))")?.size ?? 0 }
            // The newest stays whatever it is.
            if index >= Self.kept || bytes > Self.keptBytes, index > 0 { try Transaction.remove(folder, guest.root) }
        }
    }

    // MARK: the list

    package func lines() throws(Fault) -> [TransactionLine] {
        try entries().map { entry in
            switch entry.finished {
            case .failure(let fault): return TransactionLine(id: entry.id, time: "?", what: "?", obstacle: fault.message)
            case .success(let finished):
                let header = finished.header
                let obstacle: String?
                if let other = finished.undoneBy {
                    obstacle = "it is undone, by \(other)"
                } else {
                    obstacle = UndoRunner(guest, UndoOptions()).obstacle(to: finished)
                }
                return TransactionLine(id: entry.id, time: header.time, what: header.what, obstacle: obstacle)
            }
        }
    }
}
