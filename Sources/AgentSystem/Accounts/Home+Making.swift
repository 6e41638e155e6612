internal import AgentCore
internal import CLinux
internal import Glibc

extension Home {
    /// The largest file of skel(5) that is copied, and how many there may be.
    private static let skelLimit = 1 << 20

    /// A home as useradd makes one: the folders above it root's, itself the user's, with what skel(5) has.
    func makeHome(mode: UInt32) throws(Fault) {
        let name = text(path)
        guard let identity else { throw Fault("make \(name)", cause: "there is no such account") }
        let root = guest.root
        _ = try ChildReply.of("make the home \(name)", in: path) { () throws(Fault) in
            umask(0)
            guard try root.isRootsPath(name) else { throw Fault("make it", cause: "a folder above it is not root's alone") }
            let parent = try root.openParent(name)
            _ = try retrying("make it") { mkdirat(parent.directory.raw, parent.name, 0o700) }
            let raw = try retrying("open it") { openat(parent.directory.raw, parent.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
            let home = Descriptor(owning: raw)
            // Not the user's before it is filled: nobody else looks at it meanwhile.
            _ = try retrying("give it away") { fchown(home.raw, identity.uid, identity.gid) }
            let skel = try? root.open("/etc/skel", O_RDONLY | O_DIRECTORY)
            // What cannot be read with root's rights now could not be copied later.
            try identity.becomeForFiles()
            if let skel { try Self.copy(skel.raw, to: home.raw, depth: 0) }
            _ = try retrying("set its mode") { fchmod(home.raw, mode) }
            try home.sync(naming: name)
            _ = fsync(parent.directory.raw)
            return []
        }
    }

    /// Files, folders and links; anything else in skel is nothing to begin a home with.
    private static func copy(_ from: Int32, to target: Int32, depth: Int) throws(Fault) {
        guard depth < 8, let stream = fdopendir(dup(from)) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix(while: { $0 != 0 }), as: UTF8.self) }
            var info = stat()
            if name == "." || name == ".." || fstatat(from, name, &info, AT_SYMLINK_NOFOLLOW) == -1 { continue }
            switch FileStatus(info).kind {
            case .directory:
                _ = try retrying("make \(name)") { mkdirat(target, name, info.st_mode & 0o7755) }
                let inner = Descriptor(owning: try retrying("open \(name)") { openat(from, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
                let made = Descriptor(
                    owning: try retrying("open \(name)") { openat(target, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) })
                try copy(inner.raw, to: made.raw, depth: depth + 1)
            case .file:
                let source = Descriptor(owning: try retrying("open \(name)") { openat(from, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC) })
                let bytes = try source.readAll(limit: skelLimit, naming: name)
                let raw = try retrying("make \(name)") {
                    openat(target, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, info.st_mode & 0o755)
                }
                try Descriptor(owning: raw).writeAll(bytes, naming: name)
            case .link:
                var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
                if readlinkat(from, name, &buffer, buffer.count - 1) > 0 { _ = symlinkat(buffer, target, name) }
            default: continue
            }
        }
    }
}
