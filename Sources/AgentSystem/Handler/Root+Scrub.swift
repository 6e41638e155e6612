internal import AgentCore
internal import Glibc

extension Root {
    /// Replaces a file that held a secret: `bytes` are on disk beside it first, then the old file's own blocks are overwritten, then
    /// the new file takes its place. So a crash leaves either the old file, a file of zeros, or the new one, and never the secret in
    /// blocks that nothing names any more.
    package func scrub(_ path: String, with bytes: [UInt8]) throws(Fault) {
        guard let old = try status(path) else { return }
        let isOurs = old.kind == .file && old.links == 1 && old.uid == getuid()
        let attributes = Attributes(mode: isOurs ? old.mode : 0o600)
        try replace(path, with: bytes, attributes) { (_) throws(Fault) in
            guard isOurs else { return }
            let file = try open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK)
            var left = Int(try file.status(naming: path).size)
            let zeros = [UInt8](repeating: 0, count: 65536)
            while left > 0 {
                try file.writeAll(Array(zeros[..<min(left, zeros.count)]), naming: path)
                left -= zeros.count
            }
            try file.sync(naming: path)
        }
    }
}
