internal import AgentCore
internal import CLinux
internal import Glibc

/// The changes of one action, all or none.
///
/// A folder below `transactions/`: `journal`, one JSON record a line, each on disk before the change that it undoes; and beside it
/// what the changes replace. Without an `end` record the transaction is unfinished, and the next start takes it back.
package final class Transaction {
    package let id: String
    let folder: String
    let root: Root
    private let journal: Descriptor
    private var blobs = 0
    private(set) var undos: [Undo] = []

    static let version = 1

    /// Begins one; its folder and journal are on disk when this returns.
    ///
    /// - Parameters:
    ///   - state: the agent's folder.
    ///   - id: sorts by time; letters, digits and `-`.
    package init(beginning id: String, in state: String, of root: Root) throws(Fault) {
        self.id = id
        self.root = root
        folder = "\(state)/transactions/\(id)"
        try root.makeDirectory(folder, mode: 0o700)
        journal = try root.open("\(folder)/journal", O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, mode: 0o600)
        try append(.object([("version", .integer(Self.version)), ("id", .string(id))]))
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
    package func commit() throws(Fault) {
        try append(.object([("end", .string("committed"))]))
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
