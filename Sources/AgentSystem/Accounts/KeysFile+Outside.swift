internal import AgentCore
internal import Glibc

/// A keys file outside any home is the system's: root reads and writes it, and only where root alone decides what the path means.
extension KeysFile {
    func readOutsideHome() throws(Fault) -> [UInt8]? {
        guard try requireRootsOwn() != nil else { return nil }
        return try root.read(text(path), limit: Self.limit)
    }

    func editOutsideHome(_ change: ([UInt8]?) throws(Fault) -> [UInt8]?) throws(Fault) -> [UInt8]? {
        let path = text(self.path)
        let old = try requireRootsOwn()
        let before = try old == nil ? nil : root.read(path, limit: Self.limit)
        let after = try change(before)
        if after == before { return before }
        guard let after else {
            try root.remove(path)
            return before
        }
        // sshd reads it with the user's rights: a new one is root's and readable.
        let attributes =
            old.map { Root.Attributes(mode: $0.mode & 0o7755, uid: $0.uid, gid: $0.gid) } ?? Root.Attributes(mode: 0o644, uid: 0, gid: 0)
        try root.replace(path, with: after, attributes)
        return before
    }

    /// What stands there; nil where nothing does.
    ///
    /// - Throws: a fault where somebody else could have put it there, or had root follow them elsewhere.
    private func requireRootsOwn() throws(Fault) -> FileStatus? {
        let path = text(self.path)
        guard try root.isRootsPath(path) else { throw Fault("open \(shown)", cause: "a folder on the way is not root's alone") }
        guard let status = try root.status(path) else { return nil }
        guard status.kind == .file, status.links == 1 else {
            throw Fault(
                "open \(shown)", cause: "it is \(status.kind == .file ? "a file with \(status.links) names" : status.kind.rawValue)")
        }
        return status
    }
}
