internal import AgentCore
internal import CLinux
internal import COpenSSL
internal import Glibc

/// The handler's memory of what it carried out, kept in the agent's own folder, and the mark that tells one set of settings on one
/// machine from another. An HMAC and no digest: a digest of a short password can be guessed.
struct HandlerRecall {
    private let guest: Guest
    private var path: String { "\(guest.state)/handler.memory" }
    private var keyPath: String { "\(guest.state)/keys/memory.key" }

    init(_ guest: Guest) {
        self.guest = guest
    }

    func memory() -> HandlerMemory? {
        guard let text = try? guest.root.readSecret(path) else { return nil }
        return HandlerMemory(text)
    }

    func remember(_ memory: HandlerMemory) throws(Fault) {
        try guest.root.replace(path, with: memory.document.compact(), Root.Attributes(mode: 0o600))
    }

    func forget() throws(Fault) { try guest.root.remove(path) }

    /// - Parameter parts: what the settings are, all of it.
    func mark(of parts: [Secret]) throws(Fault) -> String {
        let key = try key()
        var text: [Secret] = []
        for path in ["/etc/machine-id", "/sys/class/dmi/id/product_uuid"] {
            text.append((try? guest.root.readSecret(path)).flatMap { $0 } ?? Secret(copying: []))
        }
        // Each with its length, so that no two lists give the same bytes.
        text += parts
        let whole = Secret(capacity: text.reduce(0) { $0 + $1.count + 8 }) { buffer in
            var used = 0
            for part in text {
                buffer.storeBytes(of: UInt64(part.count).littleEndian, toByteOffset: used, as: UInt64.self)
                part.withBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[(used + 8)...]).copyMemory(from: $0) }
                used += 8 + part.count
            }
            return used
        }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let made = key.withBytes { key in
            whole.withBytes { text in
                let start = text.assumingMemoryBound(to: UInt8.self).baseAddress
                return HMAC(EVP_sha256(), key.baseAddress, Int32(key.count), start, text.count, &digest, &count)
            }
        }
        guard made != nil else { throw Fault("mark the settings", cause: OpenSSLErrors.take()) }
        return Hex.text(of: digest[..<Int(count)])
    }

    /// Made where there is none.
    private func key() throws(Fault) -> Secret {
        if let key = try guest.root.readSecret(keyPath), key.count == 32 { return key }
        var bytes = [UInt8](repeating: 0, count: 32)
        guard vma_random(&bytes, bytes.count) == 0 else { throw Fault("get random bytes", errno: errno) }
        try guest.root.replace(keyPath, with: bytes, Root.Attributes(mode: 0o600))
        return Secret(copying: bytes)
    }
}
