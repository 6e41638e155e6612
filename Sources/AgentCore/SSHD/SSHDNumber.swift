/// Numbers in sshd's texts.
enum SSHDNumber {
    /// Decimal digits alone, and at most nine of them; nil for everything else.
    static func decimal(_ digits: some Collection<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count < 10 else { return nil }
        var value = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(digit) - 0x30
        }
        return value
    }
}
