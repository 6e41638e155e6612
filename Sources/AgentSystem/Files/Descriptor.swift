package import AgentCore
internal import Glibc

/// An open file descriptor, closed when its owner goes.
package struct Descriptor: ~Copyable {
    package let raw: Int32

    package init(owning raw: Int32) {
        self.raw = raw
    }

    deinit {
        close(raw)
    }

    /// Reads to the end, at most `limit` bytes.
    ///
    /// - Throws: a fault where there is more than `limit`, or the read fails.
    package func readAll(limit: Int, naming path: String) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(raw, &chunk, chunk.count)
            if count == -1 {
                if errno == EINTR { continue }
                throw Fault("read \(path)", errno: errno)
            }
            if count == 0 { return bytes }
            if bytes.count + count > limit { throw Fault("read \(path)", cause: "it is larger than \(limit) bytes") }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Like `readAll`, into memory that is wiped.
    package func readSecret(limit: Int, naming path: String) throws(Fault) -> Secret {
        // A file tells its size; a pipe does not. One byte more than expected tells "all" from "more".
        var capacity = min(max(Int(try status(naming: path).size), 4096), limit) + 1
        var secret = try readSecret(after: nil, capacity: capacity, naming: path)
        while secret.count == capacity {
            guard capacity <= limit else { throw Fault("read \(path)", cause: "it is larger than \(limit) bytes") }
            capacity = min(capacity * 2, limit + 1)
            secret = try readSecret(after: secret, capacity: capacity, naming: path)
        }
        return secret
    }

    /// What was read `before` and what comes next, up to `capacity` bytes in all.
    private func readSecret(after before: Secret?, capacity: Int, naming path: String) throws(Fault) -> Secret {
        let fd = raw
        return try Secret(capacity: capacity) { (buffer) throws(Fault) in
            before?.withBytes { buffer.copyMemory(from: $0) }
            var used = before?.count ?? 0
            while used < buffer.count {
                let count = Glibc.read(fd, buffer.baseAddress! + used, buffer.count - used)
                if count == -1 {
                    if errno == EINTR { continue }
                    throw Fault("read \(path)", errno: errno)
                }
                if count == 0 { break }
                used += count
            }
            return used
        }
    }

    /// Writes all of `bytes`.
    package func writeAll(_ bytes: UnsafeRawBufferPointer, naming path: String) throws(Fault) {
        var done = 0
        while done < bytes.count {
            let count = write(raw, bytes.baseAddress! + done, bytes.count - done)
            if count == -1 {
                if errno == EINTR { continue }
                throw Fault("write \(path)", errno: errno)
            }
            done += count
        }
    }

    package func writeAll(_ bytes: [UInt8], naming path: String) throws(Fault) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(Fault) in try writeAll(UnsafeRawBufferPointer(buffer), naming: path) }
    }

    package func writeAll(_ secret: Secret, naming path: String) throws(Fault) {
        try secret.withBytes { (bytes) throws(Fault) in try writeAll(bytes, naming: path) }
    }

    /// fsync(2).
    package func sync(naming path: String) throws(Fault) {
        _ = try retrying("sync \(path)") { fsync(raw) }
    }

    package func status(naming path: String) throws(Fault) -> FileStatus {
        var info = stat()
        _ = try retrying("examine \(path)") { fstat(raw, &info) }
        return FileStatus(info)
    }
}

extension FileStatus {
    init(_ info: stat) {
        let kind: Kind =
            switch info.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .link
            case S_IFIFO: .fifo
            case S_IFSOCK: .socket
            default: .device
            }
        self.init(
            kind: kind, mode: info.st_mode & 0o7777, uid: info.st_uid, gid: info.st_gid, links: UInt64(info.st_nlink),
            size: Int64(info.st_size), device: UInt64(info.st_dev), inode: UInt64(info.st_ino), changed: Int64(info.st_mtim.tv_sec))
    }
}
