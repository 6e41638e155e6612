internal import AgentCore
internal import Glibc

/// A folder below `/run` that only root can enter, for what a proof needs on disk (in memory: `/run` is a tmpfs). Removed with all
/// that is in it when its owner goes.
struct PrivateFolder: ~Copyable {
    let path: String

    /// What the names of all of them begin with: by it recovery finds those of a run that was killed.
    static let prefix = "private."

    init(below parent: String) throws(Fault) {
        var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Fault("make a private folder in \(parent)", errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.clear(path)
    }

    /// Removes a private folder; it holds files, and folders of one level.
    static func clear(_ path: String) {
        guard let root = try? Root(path), let names = try? root.names(in: "/") else { return }
        for name in names {
            let inner = "\(path)/\(text(name))"
            if unlink(inner) == -1, errno == EISDIR { clear(inner) }
        }
        rmdir(path)
    }

    func write(_ name: String, _ bytes: [UInt8]) throws(Fault) {
        let file = "\(path)/\(name)"
        let raw = try retrying("write \(file)") { open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) }
        try Descriptor(owning: raw).writeAll(bytes, naming: file)
    }
}
