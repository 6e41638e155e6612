import AgentCore
import Glibc
import Testing

@Suite("a secret") struct SecretTests {
    private struct Failed: Error {}

    @Test("holds what it is filled with")
    func fill() throws {
        let copy = Secret(copying: Array("hunter2".utf8))
        #expect(copy.count == 7 && !copy.isEmpty && copy[0] == UInt8(ascii: "h") && copy[6] == UInt8(ascii: "2"))
        #expect(copy.withBytes { Array($0) } == Array("hunter2".utf8))
        // Fewer bytes than there is room for.
        let part = Secret(capacity: 10) { buffer in
            #expect(buffer.count == 10 && buffer.allSatisfy { $0 == 0 })
            buffer.copyBytes(from: [1, 2, 3])
            return 3
        }
        #expect(part.withBytes { Array($0) } == [1, 2, 3])
        let none = Secret(copying: [])
        #expect(none.isEmpty && none.withBytes { $0.count } == 0)
        #expect(throws: Failed.self) { try Secret(capacity: 3) { _ in throw Failed() } }
    }

    @Test(
        "matches the same bytes only",
        arguments: [("", "", true), ("a", "a", true), ("a", "b", false), ("ab", "a", false), ("a", "ab", false), ("ab", "cb", false)])
    func matches(_ one: String, _ other: String, _ expected: Bool) {
        #expect(secret(one).matches(secret(other)) == expected)
    }

    @Test(
        "is found wherever it occurs in a text",
        arguments: [
            ("b", "abc", true), ("abc", "abc", true), ("c", "abc", true), ("abcd", "abc", false), ("ac", "abc", false),
            ("aab", "aaab", true), ("", "abc", false), ("a", "", false), ("ü", "xüy", true), ("aa", "aba", false),
        ])
    func occurs(_ needle: String, _ text: String, _ expected: Bool) {
        #expect(secret(needle).occurs(in: Array(text.utf8)) == expected)
        #expect(secret(needle).occurs(in: Array("--\(text)".utf8)[2...]) == expected)
    }

    @Test("is overwritten when nobody needs it any more")
    func wiped() throws {
        // Read back through /proc/self/mem: the allocator may have given the memory to somebody else, and that is no crash there.
        let memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
        try #require(memory >= 0)
        defer { close(memory) }
        // 8 bytes that are no value of the allocator's, over and over; below the size that is unmapped when it is freed.
        let pattern: [UInt8] = [0xa5, 0x5a, 0xc3, 0x3c, 0x96, 0x69, 0xe1, 0x1e]
        let size = 64 << 10
        // Made beforehand, lest it be given the very memory that the secret leaves.
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
        defer { bytes.deallocate() }
        func readBack(_ address: UInt) -> Int {
            guard pread(memory, bytes.baseAddress, size, off_t(address)) == size else { return 0 }
            return stride(from: 0, to: size, by: 8).count { offset in pattern.indices.allSatisfy { bytes[offset + $0] == pattern[$0] } }
        }
        func fill(_ buffer: UnsafeMutableRawBufferPointer) {
            for index in buffer.indices { buffer[index] = pattern[index % 8] }
        }
        var address: UInt = 0
        do {
            let secret = Secret(capacity: size) { buffer in
                fill(buffer)
                address = UInt(bitPattern: buffer.baseAddress)
                return buffer.count
            }
            #expect(readBack(address) == size / 8)
            #expect(secret.count == size)
        }
        #expect(readBack(address) == 0)
        // Also where filling it failed.
        #expect(throws: Failed.self) {
            try Secret(capacity: size) { buffer in
                fill(buffer)
                address = UInt(bitPattern: buffer.baseAddress)
                throw Failed()
            }
        }
        #expect(readBack(address) == 0)
    }
}
