package import AgentCore
internal import CLinux
internal import Glibc

/// The changes of one action, all or none.
///
/// A folder below `transactions/`: `journal`, one JSON record a line, each on disk before the change that it undoes; and beside it
/// what the changes replace. Without an `end` record the transaction is unfinished, and the next start takes it back.
package final class Transaction {
    package let header: TransactionHeader
    package var id: String { header.id }
    let folder: String
    let root: Root
    private let journal: Descriptor
    private var blobs = 0
    private(set) var undos: [Undo] = []

    /// Begins one; its folder and journal are on disk when this returns. Only under the lock: its number follows the last one's.
    ///
    /// - Parameters:
    ///   - what: what was asked, in a few words.
    ///   - user: whom it is about.
    ///   - undoes: the transaction that it reverses.
    package convenience init(_ guest: Guest, _ what: String, user: UserName?, undoes: String? = nil) throws(Fault) {
        let last = try guest.root.names(in: "\(guest.state)/transactions").last { $0.bytes.first != UInt8(ascii: ".") }
        let id = TransactionHeader.id(after: last.map { $0.escaped() }, timestamp: guest.clock.compactTimestamp)
        let header = TransactionHeader(id: id, time: guest.clock.timestamp, what: what, user: user, undoes: undoes)
        try self.init(beginning: header, in: guest.state, of: guest.root)
    }

    /// - Parameter state: the agent's folder.
    package init(beginning header: TransactionHeader, in state: String, of root: Root) throws(Fault) {
        self.header = header
        self.root = root
        folder = "\(state)/transactions/\(header.id)"
        try root.makeDirectory(folder, mode: 0o700)
        journal = try root.open("\(folder)/journal", O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, mode: 0o600)
        try append(header.document)
        try root.syncDirectory(of: "\(folder)/journal")
    }

    /// Keeps `bytes` beside the journal; the name under which an undo finds them.
    func save(_ bytes: [UInt8]) throws(Fault) -> String {
        blobs += 1
        let name = "\(blobs).before"
        try root.replace("\(folder)/\(name)", with: bytes, Root.Attributes(mode: 0o600))
        return name
    }

    /// As `save`, for what is secret; destroyed when the transaction ends.
    func save(_ secret: Secret) throws(Fault) -> String {
        blobs += 1
        let name = "\(blobs).secret"
        let file = try root.open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        try file.writeAll(secret, naming: name)
        try file.sync(naming: name)
        try root.syncDirectory(of: "\(folder)/\(name)")
        return name
    }

    /// Writes down how the next change is undone. Only when this has returned may the change be made.
    func record(_ undo: Undo, _ summary: String) throws(Fault) {
        try append(.object([("step", .string(summary)), ("undo", undo.document)]))
        undos.append(undo)
    }

    /// The changes stand. The record comes first: should this end between the two, the next start destroys the secrets, and does
    /// not undo what it could no longer undo.
    ///
    /// - Parameters:
    ///   - marks: for each undo, in order, what the changes left; see `Applier.mark`.
    ///   - account: whose account it was about, as it is now; see `Applier.account`.
    func commit(marks: [String] = [], account: String? = nil) throws(Fault) {
        try append(
            .object([
                ("end", .string("committed")), ("marks", .array(marks.map { .string($0) })),
                ("account", account.map { .string($0) } ?? .null),
            ]))
        try Self.destroySecrets(in: folder, root)
    }

    /// All changes were taken back; nothing of it is kept.
    func forget() throws(Fault) {
        try append(.object([("end", .string("rolled back"))]))
        try Self.remove(folder, root)
    }

    private func append(_ record: JSONOutput) throws(Fault) {
        try journal.writeAll(record.compact() + [0x0a], naming: "\(folder)/journal")
        try journal.sync(naming: "\(folder)/journal")
    }

    static func destroySecrets(in folder: String, _ root: Root) throws(Fault) {
        for name in try root.names(in: folder) where name.bytes.suffix(7).elementsEqual(".secret".utf8) {
            try root.destroy("\(folder)/\(text(name))")
        }
    }

    static func remove(_ folder: String, _ root: Root) throws(Fault) {
        try destroySecrets(in: folder, root)
        for name in try root.names(in: folder) where name != ForeignText("journal") { try root.remove("\(folder)/\(text(name))") }
        // The journal goes last: without it nobody could tell what the rest was.
        try root.remove("\(folder)/journal")
        let parent = try root.openParent(folder)
        _ = try retrying("remove \(folder)") { unlinkat(parent.directory.raw, parent.name, AT_REMOVEDIR) }
    }
}
