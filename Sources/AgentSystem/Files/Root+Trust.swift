package import AgentCore
internal import CLinux
internal import Glibc

extension Root {
    /// stat(2): what the path leads to; nil where there is nothing.
    package func target(_ path: String) throws(Fault) -> FileStatus? {
        do throws(Fault) {
            return try open(path, VMA_O_PATH).status(naming: path)
        } catch let fault where fault.code == ENOENT || fault.code == ENOTDIR {
            return nil
        }
    }

    /// readlink(2).
    func linkTarget(_ path: String) throws(Fault) -> String {
        let link = try open(path, VMA_O_PATH | O_NOFOLLOW)
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = try retrying("read the link \(path)") { Int32(readlinkat(link.raw, "", &buffer, buffer.count)) }
        return String(decoding: buffer[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether root alone decides where `path` leads: each directory on the way, links followed, is root's and nobody else may write
    /// in it. Only there may root act by name; what is not there yet counts as root's to make.
    package func isRootsPath(_ path: String) throws(Fault) -> Bool {
        var ahead = Self.components(path)
        var done: [String] = []
        var links = 0
        while !ahead.isEmpty {
            let part = ahead.removeFirst()
            if part == ".." {
                done = done.dropLast()
                continue
            }
            let folder = "/" + done.joined(separator: "/")
            guard let status = try status(folder) else { return true }
            guard status.kind == .directory, status.uid == 0, status.mode & 0o022 == 0 else { return false }
            let here = "/" + (done + [part]).joined(separator: "/")
            guard let entry = try self.status(here) else { return true }
            guard entry.kind == .link else {
                done.append(part)
                continue
            }
            links += 1
            guard links <= 40 else { throw Fault("follow \(path)", errno: ELOOP) }
            let target = try linkTarget(here)
            if target.utf8.first == UInt8(ascii: "/") { done = [] }
            ahead = Self.components(target) + ahead
        }
        return true
    }

    private static func components(_ path: String) -> [String] {
        path.split(separator: "/").map(String.init).filter { $0 != "." }
    }

    /// Makes the missing directories on the way to `path`, itself included, as root's with mode 0755.
    ///
    /// - Parameter willMake: called with each one before it is made.
    func makeDirectories(_ path: String, willMake: (String) throws(Fault) -> Void) throws(Fault) {
        guard try isRootsPath(path + "/x") else { throw Fault("make \(path)", cause: "a folder on the way is not root's alone") }
        var whole = ""
        for part in Self.components(path) {
            whole += "/" + part
            if try target(whole) == nil {
                try willMake(whole)
                try makeDirectory(whole, mode: 0o755)
            }
        }
    }
}

/// For the answer of a child: numbers in one line.
extension FileStatus {
    private static let kinds: [Kind] = [.file, .directory, .link, .fifo, .socket, .device]

    var words: String {
        let number = Self.kinds.firstIndex(of: kind) ?? 0
        return "\(number) \(mode) \(uid) \(gid) \(links) \(size) \(device) \(inode)"
    }

    init?(words: Substring) {
        let numbers = words.split(separator: " ").compactMap { UInt64($0) }
        guard numbers.count == 8, numbers[0] < 6 else { return nil }
        self.init(
            kind: Self.kinds[Int(numbers[0])], mode: UInt32(numbers[1]), uid: UInt32(numbers[2]), gid: UInt32(numbers[3]),
            links: numbers[4], size: Int64(numbers[5]), device: numbers[6], inode: numbers[7])
    }
}
