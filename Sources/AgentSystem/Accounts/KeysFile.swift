package import AgentCore
internal import CLinux
internal import Glibc

/// One user's authorized_keys, wherever sshd looks for it.
///
/// Below a home everything happens in a child with the user's own rights, a deadline and a size limit, and no link is followed:
/// the worst that a hostile home can do is to make this one request fail. Elsewhere the file is the system's and root's to write.
package struct KeysFile: Sendable {
    /// Larger files are not read: nobody has such a one by honest means.
    package static let limit = AuthorizedKeys.maximumSize

    let root: Root
    let account: Account
    let identity: Identity
    package let path: ForeignText

    package init(root: Root, account: Account, identity: Identity, path: ForeignText) {
        self.root = root
        self.account = account
        self.identity = identity
        self.path = path
    }

    var isBelowHome: Bool { path.bytes.first != UInt8(ascii: "/") }
    var shown: String { isBelowHome ? "~\(account.entry.name.escaped())/\(path.escaped())" : path.escaped() }

    /// The bytes; nil where there is no such file.
    package func read() throws(Fault) -> [UInt8]? {
        guard isBelowHome else { return try readOutsideHome() }
        let reply = try ChildReply.of("read \(shown)", in: account.entry.home) { () throws(Fault) in
            try identity.becomeForFiles()
            guard let home = try openHome(), let bytes = try readFile(in: home) else { return [0] }
            return [1] + bytes
        }
        return reply.first == 1 ? Array(reply.dropFirst()) : nil
    }

    /// Replaces the contents by what `change` makes of them (nil, both ways: no file), in one piece.
    ///
    /// - Returns: the bytes before (nil: there was no file), for whoever undoes it.
    package func edit(_ change: ([UInt8]?) throws(Fault) -> [UInt8]?) throws(Fault) -> [UInt8]? {
        guard isBelowHome else { return try editOutsideHome(change) }
        let reply = try ChildReply.of("write \(shown)", in: account.entry.home) { () throws(Fault) in
            try identity.becomeForFiles()
            guard let home = try openHome() else { throw Fault("open the home", cause: "there is no home directory") }
            guard let folder = try openFolder(in: home, making: true) else { throw Fault("open", cause: "no directory") }
            let before = try readFile(in: home)
            let after = try change(before)
            if let after, after != before { try write(after, in: folder) }
            if after == nil, before != nil { try removeFile(in: folder) }
            return before.map { [1] + $0 } ?? [0]
        }
        return reply.first == 1 ? Array(reply.dropFirst()) : nil
    }

    /// Removes what writes that were cut off left beside it.
    func removeTemporaries() throws(Fault) {
        guard isBelowHome else { return try root.removeTemporaries(of: text(path)) }
        _ = try ChildReply.of("tidy up beside \(shown)", in: account.entry.home) { () throws(Fault) in
            try identity.becomeForFiles()
            guard let home = try openHome(), let folder = try openFolder(in: home, making: false) else { return [] }
            for name in try Home.names(in: folder.raw) {
                let found = ForeignText(name.dropLast().map { UInt8(bitPattern: $0) })
                if Root.isTemporary(found, of: components.last) {
                    _ = name.withUnsafeBufferPointer { unlinkat(folder.raw, $0.baseAddress!, 0) }
                }
            }
            return []
        }
    }

    // MARK: in the child, with the user's rights

    func openHome() throws(Fault) -> Descriptor? {
        let home = text(account.entry.home)
        do throws(Fault) {
            return try root.open(home, O_RDONLY | O_DIRECTORY)
        } catch let fault where fault.code == ENOENT {
            return nil
        }
    }

    var components: [String] { path.bytes.split(separator: UInt8(ascii: "/")).map { text(ForeignText($0)) } }

    /// The folders on the way from the home to the file, the first one first.
    var folders: [ForeignText] {
        (1..<max(components.count, 1)).map { ForeignText(components.prefix($0).joined(separator: "/")) }
    }

    /// The directory of the file, from the home downwards; each must be the user's. Links are followed as far as they stay in there.
    private func openFolder(in home: borrowing Descriptor, making: Bool) throws(Fault) -> Descriptor? {
        var folder = Descriptor(owning: try retrying("open the home") { fcntl(home.raw, F_DUPFD_CLOEXEC, 0) })
        for component in components.dropLast() {
            if making, mkdirat(folder.raw, component, 0o700) == -1, errno != EEXIST {
                throw Fault("make \(component)", errno: errno)
            }
            let raw = vma_openat2(
                folder.raw, component, UInt64(O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0,
                VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_MAGICLINKS)
            if raw == -1 {
                if errno == ENOENT, !making { return nil }
                throw Fault("open", cause: Self.reason(component, errno))
            }
            folder = Descriptor(owning: raw)
            let status = try folder.status(naming: component)
            guard status.uid == account.entry.uid else {
                throw Fault("open", cause: "\(ForeignText(component).escaped()) belongs to uid \(status.uid)")
            }
        }
        return folder
    }

    private static func reason(_ name: String, _ code: Int32) -> String {
        let shown = ForeignText(name).escaped()
        return code == EXDEV || code == ELOOP
            ? "\(shown) is a link out of the home, which is not followed" : "\(shown): \(Fault("", errno: code).cause)"
    }

    /// Read through links that stay in the home: with the user's rights that shows nothing that they could not see. Through one that
    /// leaves it only what is the user's own, whose keys sshd may have taken until now.
    func readFile(in home: borrowing Descriptor) throws(Fault) -> [UInt8]? {
        // Without O_NONBLOCK a FIFO would hold us until the deadline.
        let raw = vma_openat2(
            home.raw, text(path), UInt64(O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), 0,
            VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_MAGICLINKS)
        if raw == -1 {
            if errno == ENOENT { return nil }
            let fault = Fault("open", cause: Self.reason(text(path), errno))
            if errno == EXDEV, let own = try readOwnFileElsewhere() { return own }
            throw fault
        }
        let file = Descriptor(owning: raw)
        let status = try file.status(naming: path.escaped())
        guard status.kind == .file else { throw Fault("open", cause: "\(path.escaped()) is \(status.kind.rawValue), not a regular file") }
        return try file.readAll(limit: Self.limit, naming: path.escaped())
    }

    private func readOwnFileElsewhere() throws(Fault) -> [UInt8]? {
        let place = "\(text(account.entry.home))/\(text(path))"
        guard let file = try? root.open(place, O_RDONLY | O_NONBLOCK | O_NOCTTY), let status = try? file.status(naming: place),
            status.kind == .file, status.uid == account.entry.uid
        else { return nil }
        return try file.readAll(limit: Self.limit, naming: path.escaped())
    }

    private func removeFile(in folder: borrowing Descriptor) throws(Fault) {
        guard let name = components.last else { return }
        _ = try retrying("remove a file") { unlinkat(folder.raw, name, 0) }
        _ = try retrying("sync its directory") { fsync(folder.raw) }
    }

    private func write(_ bytes: [UInt8], in folder: borrowing Descriptor) throws(Fault) {
        guard let name = components.last else { return }
        let temporary = ".\(name).\(getpid()).new"
        _ = unlinkat(folder.raw, temporary, 0)
        let raw = try retrying("write a new file") {
            openat(folder.raw, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        let file = Descriptor(owning: raw)
        do throws(Fault) {
            try file.writeAll(bytes, naming: path.escaped())
            _ = try retrying("set its mode") { fchmod(file.raw, 0o600) }
            try file.sync(naming: path.escaped())
            _ = try retrying("put it in place") { renameat(folder.raw, temporary, folder.raw, name) }
        } catch {
            _ = unlinkat(folder.raw, temporary, 0)
            throw error
        }
        _ = try retrying("sync its directory") { fsync(folder.raw) }
    }
}

/// A path for the C library. Names with a NUL cannot come here: they come from lines of text files that hold none.
func text(_ path: ForeignText) -> String {
    String(decoding: path.bytes, as: UTF8.self)
}
