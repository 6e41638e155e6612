internal import AgentCore
internal import Glibc

extension Root {
    /// Bytes of a file that are overwritten at the most.
    private static let overwritten = 1 << 20

    /// Overwrites a file that held a secret, then removes it, so that its blocks do not keep it.
    ///
    /// Only a regular file with one link and root's own is overwritten: anything else (a link planted in its place) is unlinked
    /// unseen, and what it points to stays.
    package func destroy(_ path: String) throws(Fault) {
        if let file = try? open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK), let status = try? file.status(naming: path),
            status.kind == .file, status.links == 1, status.uid == getuid()
        {
            let zeros = [UInt8](repeating: 0, count: 65536)
            // More than settings may have was never read, and may be a hole that would fill the disk.
            var left = min(Int(status.size), Root.overwritten)
            while left > 0 {
                let count = min(left, zeros.count)
                try file.writeAll(Array(zeros[..<count]), naming: path)
                left -= count
            }
            try file.sync(naming: path)
        }
        try remove(path)
    }
}
