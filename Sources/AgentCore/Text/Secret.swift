/// Bytes that must not outlive their use: settings text, passwords, what a child process is told of them.
///
/// The one type that may hold a secret. It is a reference, so that handing it on copies nothing, and its memory is
/// overwritten when the last reference goes. It has no description, no equality and no conversion to `String`: what needs
/// the bytes borrows them.
@safe package final class Secret: Sendable {
    private nonisolated(unsafe) let storage: UnsafeMutableRawBufferPointer
    package let count: Int

    /// Takes `count` bytes of zeroed memory and lets `fill` write them; `fill` returns how many it wrote.
    ///
    /// - Throws: what `fill` throws; the memory is wiped first.
    package init<Failure: Error>(capacity: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int) throws(Failure) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(capacity, 1), alignment: 1)
        unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
        do {
            let used = try unsafe fill(UnsafeMutableRawBufferPointer(rebasing: buffer[0..<capacity]))
            precondition(used >= 0 && used <= capacity)
            unsafe storage = buffer
            count = used
        } catch {
            unsafe Secret.wipe(buffer)
            unsafe buffer.deallocate()
            throw error
        }
    }

    /// Copies `bytes`; the caller's copy is the caller's to wipe.
    package convenience init(copying bytes: some Collection<UInt8>) {
        unsafe self.init(capacity: bytes.count) { buffer in
            var used = 0
            for byte in bytes {
                unsafe buffer[used] = byte
                used += 1
            }
            return used
        }
    }

    deinit {
        unsafe Secret.wipe(storage)
        unsafe storage.deallocate()
    }

    package var isEmpty: Bool { count == 0 }

    /// The byte at `index`, in `0..<count`.
    package subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count)
        return unsafe storage[index]
    }

    /// Lends the bytes for the length of `body`; they must not leave it.
    package func withBytes<R, Failure: Error>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> R) throws(Failure) -> R {
        try unsafe body(UnsafeRawBufferPointer(rebasing: storage[0..<count]))
    }

    /// Whether both hold the same bytes; takes as long for a near miss as for a match.
    package func matches(_ other: Secret) -> Bool {
        guard count == other.count else { return false }
        var difference: UInt8 = 0
        for index in 0..<count { difference |= self[index] ^ other[index] }
        return difference == 0
    }

    /// Whether these bytes occur in `text`. Used to keep a secret out of words that are about to be shown.
    package func occurs(in text: some RandomAccessCollection<UInt8>) -> Bool {
        guard count > 0, text.count >= count else { return false }
        var start = text.startIndex
        let last = text.index(text.endIndex, offsetBy: -count)
        while start <= last {
            var position = start
            var index = 0
            while index < count, text[position] == self[index] {
                text.formIndex(after: &position)
                index += 1
            }
            if index == count { return true }
            text.formIndex(after: &start)
        }
        return false
    }

    /// Not optimised, so that the stores survive although nobody reads them (the C library's `explicit_bzero`).
    @_optimize(none)
    static func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
        // A word at a time: without optimisation each store costs.
        var offset = 0
        while offset + 8 <= buffer.count {
            unsafe buffer.storeBytes(of: 0, toByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        while offset < buffer.count {
            unsafe buffer[offset] = 0
            offset += 1
        }
    }
}
