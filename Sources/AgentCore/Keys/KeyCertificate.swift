/// An OpenSSH certificate (PROTOCOL.certkeys): a plain key with somebody's signature over it.
///
/// In `authorized_keys` it authorises nothing: sshd compares plain keys there. The plain key inside it is its owner's, whoever
/// signed, so that is what is taken; its end and its principals then no longer bind, which the sender is told.
struct KeyCertificate {
    let plainKey: PublicKey

    /// - Throws: `KeyFault` where it is cut off or damaged, or where it certifies a host. The signature is not checked: it
    ///   decides nothing here.
    init(blob: [UInt8]) throws(KeyFault) {
        var reader = WireReader(blob)
        guard let name = KeyType.named(try reader.string()), name.isCertificate else { throw .notAKey }
        _ = try reader.string()  // nonce
        plainKey = try PublicKey(type: name.type, from: &reader)
        try reader.skip(8)  // serial
        let role = try reader.uint32()
        _ = try reader.string()  // key id
        _ = try reader.string()  // principals
        try reader.skip(16)  // valid after, valid before
        for _ in 0..<5 { _ = try reader.string() }  // critical options, extensions, reserved, signature key, signature
        guard reader.isAtEnd else { throw .trailingBytes }
        guard role == 1 else { throw .hostCertificate }
    }
}
