internal import AgentCore
internal import CLinux
internal import Glibc

extension Root {
    /// Owner and permission bits of a file that is written; the owner is root, or whoever this process is.
    package struct Attributes: Sendable {
        package let mode: UInt32
        package let uid: UInt32
        package let gid: UInt32

        package init(mode: UInt32, uid: UInt32? = nil, gid: UInt32? = nil) {
            self.mode = mode
            self.uid = uid ?? geteuid()
            self.gid = gid ?? getegid()
        }
    }

    /// *The* file write: a temporary file in the same directory, mode, owner, label, fsync, `check`, rename, fsync of the
    /// directory. At every instant the path holds the old file or the new one, whole.
    ///
    /// The temporary name begins with a dot and ends with `.new`, which sudo, sshd's and systemd's drop-in folders pass over.
    ///
    /// - Parameter check: is given the temporary file's path before it takes the place; what it throws leaves the old file.
    package func replace(
        _ path: String, with bytes: [UInt8], _ attributes: Attributes, check: (String) throws(Fault) -> Void = { (_) throws(Fault) in }
    ) throws(Fault) {
        let parent = try openParent(path)
        let temporary = ".\(parent.name).\(getpid()).new"
        let folder = String(decoding: path.utf8.dropLast(parent.name.utf8.count), as: UTF8.self)
        _ = unlinkat(parent.directory.raw, temporary, 0)
        let raw = try retrying("write \(path)") {
            openat(parent.directory.raw, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        let file = Descriptor(owning: raw)
        do throws(Fault) {
            try file.writeAll(bytes, naming: path)
            _ = try retrying("give \(path) its owner") { fchown(file.raw, attributes.uid, attributes.gid) }
            _ = try retrying("give \(path) its mode") { fchmod(file.raw, attributes.mode) }
            try copyLabel(from: path, to: file)
            try file.sync(naming: path)
            try check(folder + temporary)
            _ = try retrying("put \(path) in place") {
                renameat(parent.directory.raw, temporary, parent.directory.raw, parent.name)
            }
        } catch {
            _ = unlinkat(parent.directory.raw, temporary, 0)
            throw error
        }
        try syncDirectory(of: path)
    }

    /// Removes what writes of `path` that were cut off left beside it. Only where nobody else writes it at the moment.
    func removeTemporaries(of path: String) throws(Fault) {
        guard let slash = path.lastIndex(of: "/") else { return }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        try removeTemporaries(in: folder, of: String(path[path.index(after: slash)...]))
    }

    /// - Parameter name: nil for those of every file.
    func removeTemporaries(in folder: String, of name: String? = nil) throws(Fault) {
        for found in try names(in: folder) where Self.isTemporary(found, of: name) { try remove("\(folder)/\(text(found))") }
    }

    /// `.NAME.PID.new`
    static func isTemporary(_ found: ForeignText, of name: String?) -> Bool {
        let parts = found.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].isEmpty, parts[parts.count - 1].elementsEqual("new".utf8),
            PasswdFile.decimal(parts[parts.count - 2]) != nil
        else { return false }
        return name.map { parts[1..<(parts.count - 2)].joined(separator: [UInt8(ascii: ".")]).elementsEqual($0.utf8) } ?? true
    }

    /// The SELinux label of the file that is replaced; a new file keeps what the policy gave it at its making.
    private func copyLabel(from path: String, to file: borrowing Descriptor) throws(Fault) {
        let old: Descriptor
        do throws(Fault) {
            old = try open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
        } catch {
            return
        }
        var label = [UInt8](repeating: 0, count: 1024)
        let length = vma_read_label(old.raw, &label, label.count)
        guard length > 0 else { return }
        _ = try retrying("label \(path)") { vma_write_label(file.raw, label, length) }
    }
}
