internal import AgentCore
internal import CLinux
internal import Glibc

extension Root {
    /// Removes a directory with all that is in it; links in it are removed, not followed.
    package func removeTree(_ path: String) throws(Fault) {
        let parent = try openParent(path)
        try Self.removeTree(Array(parent.name.utf8CString), in: parent.directory.raw, depth: 0)
        try syncDirectory(of: path)
    }

    /// - Parameter name: with its NUL. As bytes, since a name need not be UTF-8.
    private static func removeTree(_ name: [CChar], in directory: Int32, depth: Int) throws(Fault) {
        guard depth < 64 else { throw Fault("remove a directory", cause: "it is too deep") }
        if unlinkat(directory, name, 0) == 0 { return }
        let shown = ForeignText(name.dropLast().map { UInt8(bitPattern: $0) }).escaped()
        guard errno == EISDIR else { throw Fault("remove \(shown)", errno: errno) }
        let raw = try retrying("open \(shown)") {
            vma_openat2(
                directory, name, UInt64(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), 0, VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_SYMLINKS)
        }
        guard let stream = fdopendir(raw) else { throw Fault("list \(shown)", errno: errno) }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let inner = withUnsafeBytes(of: entry.pointee.d_name) { $0.prefix(while: { $0 != 0 }).map { CChar(bitPattern: $0) } }
            let isItself = inner == [CChar(bitPattern: UInt8(ascii: "."))]
            let isParent = inner == [CChar](repeating: CChar(bitPattern: UInt8(ascii: ".")), count: 2)
            if !isItself, !isParent { try removeTree(inner + [0], in: raw, depth: depth + 1) }
        }
        _ = try retrying("remove \(shown)") { unlinkat(directory, name, AT_REMOVEDIR) }
    }
}
