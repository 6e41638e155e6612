package import AgentCore
internal import CLinux
internal import Glibc

/// The directory that everything is seen under: `/` for the running system, a temporary tree in a test, a mounted disk.
///
/// Every path resolves inside it (openat2(2), RESOLVE_IN_ROOT): a link in the tree that says `/etc/shadow` means the tree's own.
/// Paths are absolute as the tree sees them.
package final class Root: Sendable {
    private let directory: Int32
    /// For programs that are given a path of the tree; only `/` in production.
    package let path: String

    package init(_ path: String) throws(Fault) {
        directory = try retrying("open \(path)") { Glibc.open(path, VMA_O_PATH | O_DIRECTORY | O_CLOEXEC) }
        self.path = path
    }

    /// - Parameter path: for messages.
    package init(adopting directory: consuming Descriptor, path: String) throws(Fault) {
        self.directory = try retrying("open \(path)") { fcntl(directory.raw, F_DUPFD_CLOEXEC, 3) }
        self.path = path
    }

    deinit {
        close(directory)
    }

    package var isRunningSystem: Bool { path == "/" }

    /// openat2(2) inside the root. A last component that is a link is followed unless `flags` has O_NOFOLLOW.
    package func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(Fault) -> Descriptor {
        let raw = try retrying("open \(path)") {
            vma_openat2(
                directory, path, UInt64(flags | O_CLOEXEC), UInt64(flags & O_CREAT != 0 ? mode : 0),
                VMA_RESOLVE_IN_ROOT | VMA_RESOLVE_NO_MAGICLINKS)
        }
        return Descriptor(owning: raw)
    }

    /// The directory that holds `path`, and the last component's name.
    package func openParent(_ path: String) throws(Fault) -> Parent {
        // By bytes: as a Character a slash with a combining mark behind it is none.
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), path.utf8.index(after: slash) != path.endIndex else {
            throw Fault("open \(path)", cause: "it is no absolute path of a file")
        }
        let parent = slash == path.startIndex ? "/" : String(path[..<slash])
        return Parent(directory: try open(parent, VMA_O_PATH | O_DIRECTORY), name: String(path[path.utf8.index(after: slash)...]))
    }

    package struct Parent: ~Copyable {
        package let directory: Descriptor
        package let name: String
    }

    /// lstat(2): the file itself; nil where there is none.
    package func status(_ path: String) throws(Fault) -> FileStatus? {
        do throws(Fault) {
            return try open(path, VMA_O_PATH | O_NOFOLLOW).status(naming: path)
        } catch let fault where fault.code == ENOENT || fault.code == ENOTDIR {
            return nil
        }
    }

    /// A regular file's bytes, at most `limit`; nil where there is none. Never waits on a FIFO or a device.
    package func read(_ path: String, limit: Int = 1 << 20) throws(Fault) -> [UInt8]? {
        guard let file = try openRegular(path) else { return nil }
        return try file.readAll(limit: limit, naming: path)
    }

    package func readSecret(_ path: String, limit: Int = 1 << 20) throws(Fault) -> Secret? {
        guard let file = try openRegular(path) else { return nil }
        return try file.readSecret(limit: limit, naming: path)
    }

    private func openRegular(_ path: String) throws(Fault) -> Descriptor? {
        do throws(Fault) {
            let file = try open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            let kind = try file.status(naming: path).kind
            guard kind == .file else { throw Fault("read \(path)", cause: "it is \(kind.rawValue), not a regular file") }
            return file
        } catch let fault where fault.code == ENOENT || fault.code == ENOTDIR {
            return nil
        }
    }

    /// The names in a directory, in byte order, without `.` and `..`; none where there is no such directory.
    package func names(in path: String) throws(Fault) -> [ForeignText] {
        let raw: Int32
        do throws(Fault) {
            let opened = try open(path, O_RDONLY | O_DIRECTORY)
            raw = try retrying("open \(path)") { fcntl(opened.raw, F_DUPFD_CLOEXEC, 0) }
        } catch let fault where fault.code == ENOENT {
            return []
        }
        guard let stream = fdopendir(raw) else {
            let code = errno
            close(raw)
            throw Fault("list \(path)", errno: code)
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw Fault("list \(path)", errno: errno) }
                break
            }
            let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix(while: { $0 != 0 })) }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }.map { ForeignText($0) }
    }

    /// unlink(2), and the directory synced. Whether there was such a file.
    @discardableResult
    package func remove(_ path: String) throws(Fault) -> Bool {
        let parent = try openParent(path)
        if unlinkat(parent.directory.raw, parent.name, 0) == -1 {
            if errno == ENOENT { return false }
            throw Fault("remove \(path)", errno: errno)
        }
        try syncDirectory(of: path)
        return true
    }

    /// mkdir(2) with exactly this mode; a directory that is there already is left as it is.
    package func makeDirectory(_ path: String, mode: UInt32) throws(Fault) {
        let parent = try openParent(path)
        if mkdirat(parent.directory.raw, parent.name, mode) == -1 {
            if errno == EEXIST { return }
            throw Fault("make the directory \(path)", errno: errno)
        }
        let made = try open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        _ = try retrying("set the mode of \(path)") { fchmod(made.raw, mode) }
        try syncDirectory(of: path)
    }

    /// fsync(2) of the directory that holds `path`: only then is a rename or removal there for good.
    package func syncDirectory(of path: String) throws(Fault) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
        let parent = slash == path.startIndex ? "/" : String(path[..<slash])
        try open(parent, O_RDONLY | O_DIRECTORY).sync(naming: parent)
    }
}
