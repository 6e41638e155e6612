/// A part of a `Secret`, looked at in place. The text of `ssh_key` may turn out to be a private key, so it is judged
/// before a byte of it is copied.
struct SecretSlice: RandomAccessCollection {
    private let secret: Secret
    let startIndex: Int
    let endIndex: Int

    init(_ secret: Secret, _ range: Range<Int>) {
        self.secret = secret
        startIndex = range.lowerBound
        endIndex = range.upperBound
    }

    subscript(position: Int) -> UInt8 { secret[position] }

    subscript(bounds: Range<Int>) -> SecretSlice { SecretSlice(secret, bounds) }

    func begins(with word: String) -> Bool { starts(with: word.utf8) }

    func contains(word: String) -> Bool {
        let bytes = Array(word.utf8)
        guard count >= bytes.count else { return false }
        for start in startIndex...endIndex - bytes.count where secret[start] == bytes[0] {
            if bytes.indices.allSatisfy({ secret[start + $0] == bytes[$0] }) { return true }
        }
        return false
    }

    /// Without blanks, tabs and line ends at either side.
    var trimmed: SecretSlice {
        var bounds = startIndex..<endIndex
        while let first = bounds.first, secret[first] <= 0x20 { bounds = bounds.dropFirst() }
        while let last = bounds.last, secret[last] <= 0x20 { bounds = bounds.dropLast() }
        return self[bounds]
    }
}

/// The lines of `ssh_key`, still in the `Secret`.
struct KeyText {
    struct Line {
        /// From 1.
        let number: Int
        /// Without its end, and without blanks around it.
        let text: SecretSlice
    }

    /// Lines with something in them, apart from comments. They end at LF, CRLF, or CR (old Macs). A byte order mark at the
    /// start, which a .pub file saved by a Windows editor has, is stepped over.
    let lines: [Line]

    init(_ secret: Secret) {
        let whole = SecretSlice(secret, 0..<secret.count)
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        var lines: [Line] = []
        var number = 1
        var start = whole.starts(with: mark) ? mark.count : 0
        var index = start
        func close(at end: Int) {
            let text = whole[start..<end].trimmed
            if let first = text.first, first != UInt8(ascii: "#") { lines.append(Line(number: number, text: text)) }
        }
        while index < secret.count {
            let byte = secret[index]
            if byte == 0x0a || byte == 0x0d {
                close(at: index)
                if byte == 0x0d, index + 1 < secret.count, secret[index + 1] == 0x0a { index += 1 }
                start = index + 1
                number += 1
            }
            index += 1
        }
        close(at: secret.count)
        self.lines = lines
    }
}
