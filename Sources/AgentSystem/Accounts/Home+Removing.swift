internal import AgentCore
internal import CLinux
internal import Glibc

extension Home {
    /// Deeper folders are moved up first: each open folder costs a descriptor, and somebody may have made very many.
    private static let deepest = 200

    /// Removes the home with all that is in it. No link is followed and no mount entered, also none of the same file system, which
    /// rm(1) would: it tells them by the device alone (seen: a bind mount of /etc in a home).
    func removeAll() throws(Fault) {
        let name = text(path)
        _ = try ChildReply.of("remove \(name)", in: path, seconds: 120) { () throws(Fault) in
            guard try guest.root.isRootsPath(name) else { throw Fault("remove it", cause: "a folder above it is not root's alone") }
            guard try guest.root.status(name) != nil else { return [] }
            let parent = try guest.root.openParent(name)
            let top = try Self.open(parent.name, in: parent.directory.raw)
            // What was moved up waits there for the next round.
            repeat { try Self.empty(top.raw, top: top.raw, depth: 0) } while try !Self.isEmpty(top.raw)
            _ = try retrying("remove \(name)") { unlinkat(parent.directory.raw, parent.name, AT_REMOVEDIR) }
            _ = fsync(parent.directory.raw)
            return []
        }
    }

    /// A folder in the home that was made, once it is empty again. With the user's rights.
    func removeFolder(_ part: ForeignText) throws(Fault) {
        _ = try asUser("remove \(part.escaped()) in") { () throws(Fault) in
            guard let home = try? guest.root.open(text(path), O_RDONLY | O_DIRECTORY) else { return [] }
            var names = part.bytes.split(separator: UInt8(ascii: "/")).map { text(ForeignText($0)) }
            let last = names.removeLast()
            let raw = vma_openat2(
                home.raw, names.isEmpty ? "." : names.joined(separator: "/"), UInt64(O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0,
                VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_SYMLINKS)
            guard raw != -1 else { return [] }
            let folder = Descriptor(owning: raw)
            let isLeft = [ENOENT, ENOTEMPTY, EEXIST, ENOTDIR]
            if unlinkat(folder.raw, last, AT_REMOVEDIR) == -1, !isLeft.contains(errno) { throw Fault("remove it", errno: errno) }
            return []
        }
    }

    private static func open(_ name: String, in folder: Int32) throws(Fault) -> Descriptor {
        let raw = vma_openat2(
            folder, name, UInt64(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), 0,
            VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_SYMLINKS | VMA_RESOLVE_NO_XDEV)
        if raw != -1 { return Descriptor(owning: raw) }
        let shown = ForeignText(name).escaped()
        throw errno == EXDEV ? Fault("remove \(shown)", cause: "a file system is mounted there") : Fault("open \(shown)", errno: errno)
    }

    private static func empty(_ folder: Int32, top: Int32, depth: Int) throws(Fault) {
        for name in try names(in: folder) {
            if name.withUnsafeBufferPointer({ unlinkat(folder, $0.baseAddress!, 0) }) == 0 { continue }
            let code = errno
            let shown = ForeignText(name.dropLast().map { UInt8(bitPattern: $0) }).escaped()
            guard code == EISDIR else { throw Fault("remove \(shown)", errno: code) }
            if depth >= deepest {
                let other = try randomToken()
                guard name.withUnsafeBufferPointer({ renameat(folder, $0.baseAddress!, top, other) }) == 0 else {
                    throw Fault("move \(shown)", errno: errno)
                }
                continue
            }
            let raw = name.withUnsafeBufferPointer {
                vma_openat2(
                    folder, $0.baseAddress!, UInt64(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), 0,
                    VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_SYMLINKS | VMA_RESOLVE_NO_XDEV)
            }
            guard raw != -1 else {
                throw errno == EXDEV
                    ? Fault("remove \(shown)", cause: "a file system is mounted there") : Fault("open \(shown)", errno: errno)
            }
            let inner = Descriptor(owning: raw)
            try empty(inner.raw, top: top, depth: depth + 1)
            guard name.withUnsafeBufferPointer({ unlinkat(folder, $0.baseAddress!, AT_REMOVEDIR) }) == 0 else {
                throw Fault("remove \(shown)", errno: errno)
            }
        }
    }

    private static func isEmpty(_ folder: Int32) throws(Fault) -> Bool { try names(in: folder).isEmpty }

    /// As the C library wants them, whatever bytes they are.
    static func names(in folder: Int32) throws(Fault) -> [[CChar]] {
        let raw = try retrying("list a folder") { openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = fdopendir(raw) else { throw Fault("list a folder", errno: errno) }
        defer { closedir(stream) }
        var names: [[CChar]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { $0.prefix(while: { $0 != 0 }).map { CChar(bitPattern: $0) } }
            if name != [46], name != [46, 46] { names.append(name + [0]) }
        }
        return names
    }
}
