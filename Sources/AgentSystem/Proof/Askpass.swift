internal import AgentCore
internal import Glibc

/// How ssh gets a password: its askpass program is this same executable, under another name, in a private folder beside a FIFO that
/// holds the answer.
///
/// ssh closes inherited descriptors before it starts its askpass, and a password has no business in an environment or a file. What
/// is written to a FIFO stays in the kernel and can be read once; a second prompt finds nothing.
package enum Askpass {
    package static let name = "askpass"
    private static let answer = "answer"

    /// Lays it out in `folder`.
    ///
    static func prepare(in folder: borrowing PrivateFolder, _ secret: Secret) throws(Fault) -> Prepared {
        let program = "\(folder.path)/\(name)"
        let path = "\(folder.path)/\(answer)"
        var own = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard readlink("/proc/self/exe", &own, own.count - 1) > 0 else { throw Fault("find this program", errno: errno) }
        _ = try retrying("make \(program)") { symlink(own, program) }
        _ = try retrying("make \(path)") { mkfifo(path, 0o600) }
        // Open for both, so that neither side waits for the other.
        let fifo = Descriptor(owning: try retrying("open \(path)") { open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC) })
        try fifo.writeAll(secret, naming: path)
        try fifo.writeAll([0x0a], naming: path)
        return Prepared(program: program, fifo: fifo)
    }

    /// For one attempt.
    struct Prepared: ~Copyable {
        /// For SSH_ASKPASS.
        let program: String
        /// Holds the answer for as long as it stays open.
        private let fifo: Descriptor

        fileprivate init(program: String, fifo: consuming Descriptor) {
            self.program = program
            self.fifo = fifo
        }
    }

    /// What the program does under that name: hands the answer on, once. The exit code.
    ///
    /// - Parameters:
    ///   - program: argv[0], whose folder holds the FIFO.
    ///   - prompt: what ssh was asked; anything but a password gets no answer.
    package static func run(program: String, prompt: String) -> Int32 {
        guard prompt.lowercased().contains("password"), let slash = program.lastIndex(of: "/") else { return 1 }
        let path = program[...slash] + answer
        let raw = open(String(path), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
        guard raw != -1 else { return 1 }
        let fifo = Descriptor(owning: raw)
        let sent = try? Secret(capacity: 4096) { buffer throws(Fault) in
            let count = read(fifo.raw, buffer.baseAddress, buffer.count)
            guard count > 0 else { throw Fault("read the answer", cause: "it was taken already") }
            try Descriptor(owning: dup(1)).writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]), naming: "standard output")
            return count
        }
        return sent == nil ? 1 : 0
    }
}
