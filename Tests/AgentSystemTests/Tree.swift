import AgentCore
import AgentSystem
import Glibc
import Testing

/// A temporary tree that is seen as a guest's root. What a test lays out and looks at goes past `Root`, by plain paths.
struct Tree {
    let path: String
    let root: Root

    /// Lends one to `body` and removes it afterwards.
    static func with<Result>(_ body: (Tree) throws -> Result) throws -> Result {
        var template = Array("/tmp/vmaccess-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { remove(path) }
        return try body(Tree(path: path, root: Root(path)))
    }

    private static func remove(_ path: String) { remove(Array(path.utf8CString)) }

    /// Names need not be UTF-8.
    private static func remove(_ path: [CChar]) {
        if unlink(path) == 0 { return }
        chmod(path, 0o700)
        if let stream = opendir(path) {
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { $0.prefix(while: { $0 != 0 }).map { CChar(bitPattern: $0) } }
                let dot = CChar(bitPattern: UInt8(ascii: "."))
                if name != [dot], name != [dot, dot] {
                    remove(path.dropLast() + [CChar(bitPattern: UInt8(ascii: "/"))] + name + [0])
                }
            }
        }
        rmdir(path)
    }

    // MARK: laying out

    func folder(_ name: String, mode: mode_t = 0o755) throws {
        try #require(mkdir(path + name, mode) == 0)
        try #require(chmod(path + name, mode) == 0)
    }

    func file(_ name: String, _ text: String = "", mode: mode_t = 0o600) throws { try file(name, Array(text.utf8), mode: mode) }

    func file(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws {
        let raw = open(path + name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try #require(raw != -1)
        defer { close(raw) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(raw, $0.baseAddress, $0.count) }
            try #require(count > 0)
            rest = rest.dropFirst(count)
        }
        try #require(fchmod(raw, mode) == 0)
    }

    func link(_ name: String, to target: String) throws { try #require(symlink(target, path + name) == 0) }

    func hardLink(_ name: String, to target: String) throws { try #require(Glibc.link(path + target, path + name) == 0) }

    func fifo(_ name: String) throws { try #require(mkfifo(path + name, 0o600) == 0) }

    func socket(_ name: String) throws {
        let raw = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try #require(raw != -1)
        defer { close(raw) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array((path + name).utf8)
        try #require(bytes.count < 108)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(raw, $0, size) }
        }
        try #require(bound == 0)
    }

    // MARK: looking at

    /// The bytes of a file, links followed as this system does; nil where there is none.
    func bytes(_ name: String) -> [UInt8]? {
        let raw = open(path + name, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard raw != -1 else { return nil }
        defer { close(raw) }
        return Tree.rest(of: raw)
    }

    static func rest(of raw: Int32) -> [UInt8] {
        var found: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(raw, &chunk, chunk.count)
            guard count > 0 else { return found }
            found += chunk[..<count]
        }
    }

    func text(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }

    func info(_ name: String) -> stat? {
        var info = stat()
        return lstat(path + name, &info) == 0 ? info : nil
    }

    func exists(_ name: String) -> Bool { info(name) != nil }

    /// Permission bits.
    func mode(_ name: String) -> mode_t? { info(name).map { $0.st_mode & 0o7777 } }

    /// What is in a folder, sorted.
    func names(_ name: String = "/") -> [String] {
        guard let stream = opendir(path + name) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix(while: { $0 != 0 }), as: UTF8.self) })
        }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }
}

/// Whether tests can make files that are somebody else's.
let isRoot = geteuid() == 0

/// The fault of `body`; records an issue where there is none.
func fault(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) -> Fault {
    do {
        try body()
        Issue.record("no fault", sourceLocation: sourceLocation)
    } catch let fault as Fault {
        return fault
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
    return Fault("", cause: "")
}

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try body()
    let passed = clock.now - start
    return Double(passed.components.seconds) + Double(passed.components.attoseconds) / 1e18
}
