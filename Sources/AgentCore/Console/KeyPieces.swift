/// A public key as it comes over a serial line: one line, or broken into several by whoever sent or pasted it.
///
/// Nothing is known of where the breaks were, but a key tells when it is whole: the blob in its base64 has its own lengths. So pieces
/// are put together until it is, and what follows is a comment or the next key.
struct KeyPieces {
    /// All of them together, in bytes; far more than the longest key.
    static let limit = 1 << 16
    /// Lines of a key and its comment; a PEM block of 16384 bits has 60.
    static let mostPieces = 200

    enum Progress {
        case goesOn
        /// The empty line, or the last line of a block.
        case ended
        case tooMuch
    }

    private var pieces: [Secret] = []
    private var size = 0
    /// A block between two lines of dashes: read to its end, also past empty lines, lest half of a private key be taken for answers.
    private var isBlock = false

    var isEmpty: Bool { pieces.isEmpty }

    mutating func add(_ piece: Secret) -> Progress {
        let text = SecretSlice(piece, 0..<piece.count).trimmed
        if text.isEmpty { return isBlock ? .goesOn : .ended }
        if pieces.isEmpty { isBlock = text.begins(with: "-----BEGIN ") || text.begins(with: "---- BEGIN ") }
        size += piece.count
        if size > Self.limit || pieces.count >= Self.mostPieces { return .tooMuch }
        pieces.append(piece)
        return isBlock && (text.begins(with: "-----END ") || text.begins(with: "---- END ")) ? .ended : .goesOn
    }

    /// The text of `ssh_key` that they are.
    var joined: Secret {
        var text = Secret(copying: [])
        for (index, piece) in pieces.enumerated() {
            text = index == 0 ? piece : Self.join(text, piece, isBlock: isBlock)
        }
        return text
    }

    private enum Joint {
        case nothing, blank, line

        var bytes: [UInt8] {
            switch self {
            case .nothing: []
            case .blank: [0x20]
            case .line: [0x0a]
            }
        }
    }

    private static func join(_ one: Secret, _ other: Secret, isBlock: Bool) -> Secret {
        // Blanks at a break are somebody's indentation, or say that the break stood for one.
        let left = isBlock ? SecretSlice(one, 0..<one.count) : SecretSlice(one, 0..<one.count).trimmed
        let right = SecretSlice(other, 0..<other.count).trimmed
        let joint = isBlock ? .line : joint(left, right, hadBlank: left.count < one.count || right.startIndex > 0)
        return Secret(copying: Pair(left: left, joint: joint.bytes, right: right))
    }

    private static func joint(_ left: SecretSlice, _ right: SecretSlice, hadBlank: Bool) -> Joint {
        // Also another key's first line, which is told by its first word.
        if (try? KeyMaterial.read(Secret(copying: left))) != nil { return beginsKey(right) ? .line : .blank }
        let words = left.reversed().drop { $0 == 0x0a }.prefix { $0 != 0x0a }.reversed().split(separator: 0x20)
        guard let last = words.last else { return .nothing }
        // A type that goes on ("ssh-rsa" and "-cert-v01@...") is no type yet.
        if KeyType.named(last) != nil { return right.first == UInt8(ascii: "-") || right.first == UInt8(ascii: "@") ? .nothing : .blank }
        if words.dropLast().contains(where: { KeyType.named($0) != nil }) { return .nothing }
        return hadBlank ? .blank : .nothing
    }

    /// By a key's type, be it behind options: no comment has such a word.
    private static func beginsKey(_ text: SecretSlice) -> Bool {
        text.begins(with: "-----BEGIN ") || text.begins(with: "---- BEGIN ")
            || text.split(separator: 0x20).contains { KeyType.named($0) != nil }
    }

    /// Two parts and what stands between, without a copy of either.
    private struct Pair: Collection {
        let left: SecretSlice
        let joint: [UInt8]
        let right: SecretSlice

        var startIndex: Int { 0 }
        var endIndex: Int { left.count + joint.count + right.count }
        func index(after index: Int) -> Int { index + 1 }

        subscript(position: Int) -> UInt8 {
            if position < left.count { return left[left.startIndex + position] }
            let behind = position - left.count
            return behind < joint.count ? joint[behind] : right[right.startIndex + behind - joint.count]
        }
    }
}
