internal import AgentCore
internal import COpenSSL

/// Public keys of X.509 certificates, by libcrypto.
enum Certificate {
    /// - Parameter der: the certificate (RFC 5280).
    /// - Throws: `KeyFault` where it is none, or its key is of a type that sshd does not know.
    static func publicKey(der: [UInt8]) throws(KeyFault) -> PublicKey {
        let certificate = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var start = buffer.baseAddress
            return d2i_X509(nil, &start, buffer.count)
        }
        guard let certificate else { throw .unusable("its base64 holds no X.509 certificate") }
        defer { X509_free(certificate) }
        guard let key = X509_get0_pubkey(certificate) else { throw .unusable("it holds no public key") }
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA:
            guard let modulus = number("n", of: key), let exponent = number("e", of: key) else { break }
            return try PublicKey(rsaExponent: exponent, modulus: modulus)
        case EVP_PKEY_EC:
            guard let point = octets("encoded-pub-key", of: key) else { break }
            let type: KeyType? =
                switch point.count {
                case 65: .ecdsa256
                case 97: .ecdsa384
                case 133: .ecdsa521
                default: nil
                }
            guard let type else { break }
            return try PublicKey(ecdsa: type, point: point)
        case EVP_PKEY_ED25519:
            var bytes = [UInt8](repeating: 0, count: 32)
            var count = bytes.count
            guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == 32 else { break }
            return try PublicKey(ed25519: bytes)
        default: break
        }
        throw .unusable("its key is of a type that sshd does not accept; send an RSA, ECDSA or Ed25519 key")
    }

    private static func number(_ name: String, of key: OpaquePointer) -> [UInt8]? {
        var value: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key, name, &value) == 1, let value else { return nil }
        defer { BN_free(value) }
        var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(value) + 7) / 8)
        BN_bn2bin(value, &bytes)
        return bytes
    }

    private static func octets(_ name: String, of key: OpaquePointer) -> [UInt8]? {
        var count = 0
        guard EVP_PKEY_get_octet_string_param(key, name, nil, 0, &count) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        guard EVP_PKEY_get_octet_string_param(key, name, &bytes, count, &count) == 1 else { return nil }
        return bytes
    }
}
