/// Room for a secret that comes byte by byte, from a keyboard. Never grows, since growing would leave a copy behind.
@safe final class SecretBuffer {
    private let storage: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(capacity: Int) {
        unsafe storage = UnsafeMutableRawBufferPointer.allocate(byteCount: max(capacity, 1), alignment: 1)
        unsafe storage.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        unsafe Secret.wipe(storage)
        unsafe storage.deallocate()
    }

    var isEmpty: Bool { count == 0 }

    /// Whether there was room for it.
    func append(_ byte: UInt8) -> Bool {
        guard unsafe count < storage.count else { return false }
        unsafe storage[count] = byte
        count += 1
        return true
    }

    /// Takes the last byte away; nil where there is none.
    func removeLast() -> UInt8? {
        guard count > 0 else { return nil }
        count -= 1
        defer { unsafe storage[count] = 0 }
        return unsafe storage[count]
    }

    /// What was collected; it begins again with nothing.
    func take() -> Secret {
        let collected = unsafe Secret(copying: UnsafeRawBufferPointer(rebasing: storage[0..<count]))
        clear()
        return collected
    }

    func clear() {
        unsafe Secret.wipe(storage)
        count = 0
    }
}
