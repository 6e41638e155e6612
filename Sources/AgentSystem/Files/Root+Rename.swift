internal import AgentCore
internal import CLinux
internal import Glibc

extension Root {
    /// Renames a file within its directory, or a neighbouring one, never over another; both directories synced.
    func rename(_ path: String, to other: String) throws(Fault) {
        let from = try openParent(path)
        let to = try openParent(other)
        _ = try retrying("rename \(path) to \(other)") {
            vma_rename_noreplace(from.directory.raw, from.name, to.directory.raw, to.name)
        }
        try syncDirectory(of: path)
        try syncDirectory(of: other)
    }

    /// Gives a file a second name in the same file system: what replaces the first leaves the file itself, with all it is.
    func link(_ path: String, as other: String) throws(Fault) {
        let from = try openParent(path)
        let to = try openParent(other)
        _ = try retrying("keep \(path) as \(other)") { linkat(from.directory.raw, from.name, to.directory.raw, to.name, 0) }
        try syncDirectory(of: other)
    }

    /// Owner and permission bits of a file or directory itself, never of what a link leads to.
    func setAttributes(_ path: String, _ attributes: Attributes) throws(Fault) {
        let file = try open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
        _ = try retrying("give \(path) its owner") { fchown(file.raw, attributes.uid, attributes.gid) }
        _ = try retrying("give \(path) its mode") { fchmod(file.raw, attributes.mode) }
        try file.sync(naming: path)
    }

    /// The files that a pattern stands for, as glob(3) without flags takes it; none for a root that is not the running system's.
    func files(matching pattern: String) throws(Fault) -> [String] {
        guard isRunningSystem else { return [] }
        var found = glob_t()
        defer { globfree(&found) }
        let result = glob(pattern, 0, nil, &found)
        if result == GLOB_NOMATCH { return [] }
        guard result == 0 else { throw Fault("look for \(pattern)", cause: "glob ended with \(result)") }
        return (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { String(cString: $0) } }
    }
}
