internal import AgentCore
internal import Glibc

/// The journal of a transaction, read back: after a crash, or to undo it.
struct TransactionJournal {
    enum End { case committed, rolledBack, none }

    let folder: String
    /// nil where it is torn off in its first line: then nothing was done.
    let header: TransactionHeader?
    let undos: [Undo]
    /// For each undo, the words of its step.
    let summaries: [String]
    let end: End
    /// What the changes left, for each undo; see `Applier.mark`. Empty where it did not come so far.
    let marks: [String]
    let account: String?

    /// Larger ones are none of ours: a record for each change, a few hundred bytes each.
    private static let limit = 4 << 20

    /// - Throws: a fault where it cannot be read, and as the other initialiser.
    init(reading folder: String, of root: Root) throws(Fault) {
        try self.init(root.read("\(folder)/journal", limit: Self.limit) ?? [], folder: folder)
    }

    /// A torn last line is none: its change was not made yet, since the record is on disk before the change.
    ///
    /// - Throws: a fault where a whole line is not a record of this version: then nothing of it is guessed.
    init(_ bytes: [UInt8], folder: String) throws(Fault) {
        self.folder = folder
        let path = "\(folder)/journal"
        var header: TransactionHeader?
        var undos: [Undo] = []
        var summaries: [String] = []
        var end = End.none
        var marks: [String] = []
        var account: String?
        for (number, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast().enumerated() {
            guard let object = (try? JSONReader.read(Secret(copying: line)))?.root.object else {
                throw Fault("read \(path)", cause: "a line of it is damaged")
            }
            if number == 0 {
                if let version = object["version"]?.integer, version != TransactionHeader.version {
                    throw Fault("read \(path)", cause: "it was written by another version (\(version))")
                }
                header = TransactionHeader(object)
                guard header != nil else { throw Fault("read \(path)", cause: "it does not begin as a journal does") }
                continue
            }
            if let value = object["undo"] {
                guard let undo = Undo(value) else {
                    throw Fault("read \(path)", cause: "it holds a record that this version does not know")
                }
                undos.append(undo)
                summaries.append(object.present("step")?.string.map(Self.string) ?? "")
            }
            if let value = object["end"] {
                guard let word = value.string, word.spells("committed") || word.spells("rolled back") else {
                    throw Fault("read \(path)", cause: "it ends in a way that this version does not know")
                }
                end = word.spells("committed") ? .committed : .rolledBack
                marks = (object.present("marks")?.array ?? []).map { $0.string.map(Self.string) ?? "" }
                account = object.present("account")?.string.map(Self.string)
            }
        }
        self.header = header
        self.undos = undos
        self.summaries = summaries
        self.end = end
        self.marks = marks
        self.account = account
    }

    private static func string(_ text: JSONText) -> String { String(decoding: text.foreignText.bytes, as: UTF8.self) }

    /// All of them, oldest first.
    static func folders(in state: String, of root: Root) throws(Fault) -> [String] {
        try root.names(in: "\(state)/transactions").map { "\(state)/transactions/\(text($0))" }
    }
}
