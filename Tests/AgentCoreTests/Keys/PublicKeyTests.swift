import AgentCore
import Testing

@Suite("a public key") struct PublicKeyTests {
    @Test(
        "of each type that sshd knows",
        arguments: [
            (Fixture.ed25519, KeyType.ed25519, 256), (Fixture.ecdsa256, .ecdsa256, 256), (Fixture.ecdsa384, .ecdsa384, 384),
            (Fixture.ecdsa521, .ecdsa521, 521), (Fixture.rsa2048, .rsa, 2048), (Fixture.rsa2047, .rsa, 2047),
            (Fixture.rsa1024, .rsa, 1024), (Fixture.dsa, .dsa, 1024), (Fixture.skEd25519, .skEd25519, 256),
            (Fixture.skEcdsa, .skEcdsa256, 256),
        ])
    func types(_ line: String, _ type: KeyType, _ bits: Int) throws {
        let blob = try blob(line)
        let key = try PublicKey(blob: blob)
        #expect(key.type == type)
        #expect(key.bits == bits)
        #expect(key.blob == blob)
    }

    @Test("is the same however its numbers are padded")
    func padded() throws {
        #expect(try PublicKey(blob: blob(Fixture.paddedRSA)) == PublicKey(blob: blob(Fixture.rsa2048)))
    }

    @Test(
        "cut off anywhere is refused",
        arguments: [Fixture.ed25519, Fixture.ecdsa256, Fixture.rsa2048, Fixture.dsa, Fixture.skEd25519, Fixture.skEcdsa])
    func cutOff(_ line: String) throws {
        let whole = try blob(line)
        for length in 0..<whole.count {
            #expect(throws: KeyFault.cutOff) { try PublicKey(blob: Array(whole.prefix(length))) }
        }
        #expect(throws: KeyFault.trailingBytes) { try PublicKey(blob: whole + [0]) }
    }

    @Test("never crashes on damage", arguments: [Fixture.ed25519, Fixture.ecdsa521, Fixture.rsa1024, Fixture.dsa, Fixture.skEcdsa])
    func damaged(_ line: String) throws {
        let whole = try blob(line)
        for index in whole.indices {
            for change: UInt8 in [0x01, 0x80, 0xff] {
                var damaged = whole
                damaged[index] ^= change
                _ = try? PublicKey(blob: damaged)
            }
        }
    }

    @Test("by its parts, as libcrypto gives them, is the same as by its blob")
    func parts() throws {
        let rsa = try blob(Fixture.rsa2048)
        // string "ssh-rsa", mpint 65537, mpint with a zero byte in front.
        let modulus = Array(rsa.suffix(256))
        #expect(try PublicKey(rsaExponent: [1, 0, 1], modulus: modulus).blob == rsa)
        #expect(try PublicKey(rsaExponent: [0, 1, 0, 1], modulus: [0, 0] + modulus).blob == rsa)
        let ecdsa = try blob(Fixture.ecdsa384)
        #expect(try PublicKey(ecdsa: .ecdsa384, point: Array(ecdsa.suffix(97))).blob == ecdsa)
        let ed25519 = try blob(Fixture.ed25519)
        #expect(try PublicKey(ed25519: Array(ed25519.suffix(32))).blob == ed25519)
    }

    @Test("of parts that make none is refused")
    func badParts() {
        #expect(throws: KeyFault.unusable("its modulus is even")) { try PublicKey(rsaExponent: [3], modulus: [0x80, 0]) }
        #expect(throws: KeyFault.unusable("its modulus is even")) { try PublicKey(rsaExponent: [3], modulus: []) }
        #expect(throws: KeyFault.unusable("its exponent is not an odd number above 1")) { try PublicKey(rsaExponent: [1], modulus: [0xff]) }
        #expect(throws: KeyFault.unusable("its exponent is not an odd number above 1")) { try PublicKey(rsaExponent: [4], modulus: [0xff]) }
        #expect(throws: KeyFault.unusable("its modulus has more than 16384 bits, which sshd does not read")) {
            try PublicKey(rsaExponent: [3], modulus: Array(repeating: 0xff, count: 2049))
        }
        #expect(throws: KeyFault.unusable("an Ed25519 key has 32 bytes")) { try PublicKey(ed25519: [1, 2, 3]) }
        #expect(throws: KeyFault.unusable("its point is not an uncompressed one of its curve")) {
            try PublicKey(ecdsa: .ecdsa256, point: [2] + Array(repeating: 7, count: 32))
        }
        #expect(throws: KeyFault.unusable("its curve is not the one of its type")) { try PublicKey(ecdsa: .rsa, point: [4]) }
        #expect(throws: KeyFault.unusable("its curve is not the one of its type")) { try PublicKey(ecdsa: .skEcdsa256, point: [4]) }
    }

    @Test("with a negative number is refused, as sshd refuses it")
    func negative() {
        let blob: [UInt8] = [0, 0, 0, 7] + Array("ssh-rsa".utf8) + [0, 0, 0, 1, 0x83, 0, 0, 0, 1, 0x7f]
        #expect(throws: KeyFault.unusable("a number in it is negative")) { try PublicKey(blob: blob) }
    }

    @Test("of no known type", arguments: ["ssh-rsa1", "ssh-ed448", "", "ssh-ed25519-cert-v01@openssh.com", "ssh-rsa\u{0}"])
    func unknown(_ name: String) {
        let blob: [UInt8] = [0, 0, 0, UInt8(name.utf8.count)] + Array(name.utf8) + [0, 0, 0, 0]
        #expect(throws: KeyFault.notAKey) { try PublicKey(blob: blob) }
    }

    @Test("that is weak says so")
    func weakness() throws {
        #expect(
            try PublicKey(blob: blob(Fixture.rsa2047)).weakness?.message
                == "is too weak: it is an RSA key of 2047 bits, and fewer than 2048 can be broken; "
                + "make a new pair with: ssh-keygen -t ed25519")
        #expect(
            try PublicKey(blob: blob(Fixture.dsa)).weakness?.message
                == "is too weak: it is a DSA key, which sshd has refused since OpenSSH 7.0; "
                + "make a new pair with: ssh-keygen -t ed25519")
        for sound in [Fixture.rsa2048, Fixture.ecdsa256, Fixture.ed25519, Fixture.skEcdsa] {
            #expect(try PublicKey(blob: blob(sound)).weakness == nil)
        }
    }
}
