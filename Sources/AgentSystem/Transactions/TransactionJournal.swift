internal import AgentCore
internal import Glibc

/// The journal of a transaction, read back: after a crash, or to undo it.
struct TransactionJournal {
    enum End { case committed, rolledBack, none }

    let folder: String
    let undos: [Undo]
    let end: End

    /// - Throws: a fault where it cannot be read, and as the other initialiser.
    init(reading folder: String, of root: Root) throws(Fault) {
        try self.init(root.read("\(folder)/journal") ?? [], folder: folder)
    }

    /// A torn last line is none: its change was not made yet, since the record is on disk before the change.
    ///
    /// - Throws: a fault where a whole line is not a record of this version: then nothing of it is guessed.
    init(_ bytes: [UInt8], folder: String) throws(Fault) {
        self.folder = folder
        let path = "\(folder)/journal"
        var undos: [Undo] = []
        var end = End.none
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast() {
            guard let object = (try? JSONReader.read(Secret(copying: line)))?.root.object else {
                throw Fault("read \(path)", cause: "a line of it is damaged")
            }
            if let version = object["version"]?.integer, version != Transaction.version {
                throw Fault("read \(path)", cause: "it was written by another version (\(version))")
            }
            if let value = object["undo"] {
                guard let undo = Undo(value) else {
                    throw Fault("read \(path)", cause: "it holds a record that this version does not know")
                }
                undos.append(undo)
            }
            if let value = object["end"] {
                guard let word = value.string, word.spells("committed") || word.spells("rolled back") else {
                    throw Fault("read \(path)", cause: "it ends in a way that this version does not know")
                }
                end = word.spells("committed") ? .committed : .rolledBack
            }
        }
        self.undos = undos
        self.end = end
    }

    /// All of them, oldest first.
    static func folders(in state: String, of root: Root) throws(Fault) -> [String] {
        try root.names(in: "\(state)/transactions").map { "\(state)/transactions/\(text($0))" }
    }
}
