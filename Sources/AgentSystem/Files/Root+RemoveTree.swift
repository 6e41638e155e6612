internal import AgentCore
internal import CLinux
internal import Glibc

extension Root {
    /// Removes a directory with all that is in it; links in it are removed, not followed.
    package func removeTree(_ path: String) throws(Fault) {
        let parent = try openParent(path)
        try Self.removeTree(parent.name, in: parent.directory.raw, depth: 0)
        try syncDirectory(of: path)
    }

    private static func removeTree(_ name: String, in directory: Int32, depth: Int) throws(Fault) {
        guard depth < 64 else { throw Fault("remove a directory", cause: "it is too deep") }
        if unlinkat(directory, name, 0) == 0 { return }
        guard errno == EISDIR else { throw Fault("remove \(name)", errno: errno) }
        let raw = try retrying("open \(name)") {
            vma_openat2(
                directory, name, UInt64(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), 0, VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_SYMLINKS)
        }
        guard let stream = fdopendir(raw) else { throw Fault("list \(name)", errno: errno) }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let inner = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix(while: { $0 != 0 }), as: UTF8.self) }
            if inner != ".", inner != ".." { try removeTree(inner, in: raw, depth: depth + 1) }
        }
        _ = try retrying("remove \(name)") { unlinkat(directory, name, AT_REMOVEDIR) }
    }
}
