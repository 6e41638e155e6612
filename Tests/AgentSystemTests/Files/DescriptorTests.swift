import AgentCore
import AgentSystem
import CLinux
import Glibc
import Testing

@Suite("a descriptor") struct DescriptorTests {
    private static func pattern(_ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

    private static func pipe(holding bytes: [UInt8]) throws -> Descriptor {
        var ends: [Int32] = [-1, -1]
        try #require(vma_pipe(&ends) == 0)
        try #require(bytes.isEmpty || write(ends[1], bytes, bytes.count) == bytes.count)
        close(ends[1])
        return Descriptor(owning: ends[0])
    }

    /// Around the first guess (4096 bytes, doubled), and around the limit.
    static let sizes: [(size: Int, limit: Int)] = [
        (0, 10), (9, 10), (10, 10), (11, 10), (0, 0), (1, 0), (4095, 65536), (4096, 65536), (4097, 65536), (8193, 65536), (8194, 65536),
        (16386, 65536), (16387, 65536), (40000, 40000), (40001, 40000), (4096, 4096), (4097, 4096), (4095, 4096), (5000, 4999),
        (4097, 4097), (8194, 8194), (8195, 8194),
    ]

    @Test("reads a secret up to the limit, from a file", arguments: sizes)
    func secretFile(_ size: Int, _ limit: Int) throws {
        try Tree.with { tree in
            let bytes = Self.pattern(size)
            try tree.file("/x", bytes)
            if size <= limit {
                #expect(try tree.root.readSecret("/x", limit: limit)?.withBytes { Array($0) } == bytes)
            } else {
                #expect(
                    fault { _ = try tree.root.readSecret("/x", limit: limit) }.message == "cannot read /x: it is larger than \(limit) bytes"
                )
            }
        }
    }

    @Test("reads a secret up to the limit, from a pipe, which tells no size", arguments: sizes)
    func secretPipe(_ size: Int, _ limit: Int) throws {
        let bytes = Self.pattern(size)
        let pipe = try Self.pipe(holding: bytes)
        do throws(Fault) {
            let secret = try pipe.readSecret(limit: limit, naming: "standard input")
            #expect(size <= limit)
            #expect(secret.withBytes { Array($0) } == bytes)
        } catch {
            #expect(size > limit)
            #expect(error.message == "cannot read standard input: it is larger than \(limit) bytes")
        }
    }

    @Test("reads a pipe that is filled in pieces to its end")
    func pieces() throws {
        var ends: [Int32] = [-1, -1]
        try #require(vma_pipe(&ends) == 0)
        let reading = Descriptor(owning: ends[0])
        let bytes = Self.pattern(300_000)
        // More than a pipe holds: the writer waits for the reader again and again.
        let writer = Writer(ends[1], bytes)
        writer.start()
        let secret = try reading.readSecret(limit: 1 << 20, naming: "a pipe")
        writer.join()
        #expect(secret.withBytes { Array($0) } == bytes)
    }

    @Test("reads all, up to the limit", arguments: sizes)
    func all(_ size: Int, _ limit: Int) throws {
        let bytes = Self.pattern(size)
        let pipe = try Self.pipe(holding: bytes)
        do throws(Fault) {
            let read = try pipe.readAll(limit: limit, naming: "x")
            #expect(size <= limit && read == bytes)
        } catch {
            #expect(size > limit && error.message == "cannot read x: it is larger than \(limit) bytes")
        }
    }

    @Test("says what it could not do and why")
    func faults() throws {
        try Tree.with { tree in
            let folder = Descriptor(owning: open(tree.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
            do throws(Fault) {
                _ = try folder.readAll(limit: 1, naming: "/x")
                Issue.record("read a directory")
            } catch {
                #expect(error.message == "cannot read /x: is a directory" && error.code == EISDIR)
            }
            do throws(Fault) {
                try folder.writeAll([1], naming: "/x")
                Issue.record("wrote a directory")
            } catch {
                #expect(error.message == "cannot write /x: bad file descriptor")
            }
        }
    }

    @Test("is closed with its owner")
    func closed() throws {
        var raw: Int32 = -1
        do {
            let pipe = try Self.pipe(holding: [])
            raw = fcntl(pipe.raw, F_DUPFD_CLOEXEC, 200)
            try #require(raw >= 200)
            let copy = Descriptor(owning: raw)
            #expect(fcntl(copy.raw, F_GETFD) != -1)
        }
        // Nobody else in this process takes numbers from 200 on.
        #expect(fcntl(raw, F_GETFD) == -1 && errno == EBADF)
    }
}

/// A thread that writes to a descriptor and closes it: both sides of a pipe need somebody.
final class Writer: @unchecked Sendable {
    private let raw: Int32
    private let bytes: [UInt8]
    private let delay: UInt32
    private var thread = pthread_t()

    /// - Parameter delay: microseconds that pass before it writes.
    init(_ raw: Int32, _ bytes: [UInt8], after delay: UInt32 = 0) {
        self.raw = raw
        self.bytes = bytes
        self.delay = delay
    }

    func start() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Writer>.fromOpaque(context).takeUnretainedValue().run()
                return nil
            }, context)
    }

    private func run() {
        usleep(delay)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(raw, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        close(raw)
    }

    func join() { pthread_join(thread, nil) }
}
