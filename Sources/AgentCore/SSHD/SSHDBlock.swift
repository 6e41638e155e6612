/// Lines of ours in a file that is not ours, between two comments that name them.
///
/// ```
/// # BEGIN vmaccess-agent NAME
/// …
/// # END vmaccess-agent NAME
/// ```
/// A torn block (one comment is gone) owns its comment, and behind it only what is the same as our own lines: the rest of
/// the file is never taken for ours.
package struct SSHDBlock: Hashable, Sendable {
    package let name: String
    package let lines: [ForeignText]

    /// Why a name or a line is refused.
    package enum Flaw: Error, Hashable, Sendable {
        /// A name of other than letters, digits, `.`, `_` and `-`, or none, or over 200 of them.
        case badName
        /// A line with a newline, a carriage return or a NUL in it, or one that reads as the edge of a block.
        case badLine
    }

    /// - Parameter name: injective over what the block is for; a user's name goes in as hexadecimal.
    package init(name: String, lines: [ForeignText]) throws(Flaw) {
        let isNameByte = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard (1...200).contains(name.utf8.count), name.utf8.allSatisfy(isNameByte) else { throw .badName }
        for line in lines { try Self.check(line) }
        self.name = name
        self.lines = lines
    }

    /// One line and no edge of a block.
    static func check(_ line: ForeignText) throws(Flaw) {
        let isSplit = line.bytes.contains { $0 == SSHDLexer.newline || $0 == 0x0d || $0 == 0 }
        if isSplit || Edge(line.bytes[...]) != nil { throw .badLine }
    }

    /// The block as it stands in a file.
    var text: [UInt8] {
        Self.text([ForeignText(Edge.begin + name)] + lines + [ForeignText(Edge.end + name)])
    }

    static func text(_ lines: [ForeignText]) -> [UInt8] {
        lines.flatMap { $0.bytes + [SSHDLexer.newline] }
    }

    /// The comment that begins or ends a block.
    struct Edge: Equatable {
        static let begin = "# BEGIN vmaccess-agent "
        static let end = "# END vmaccess-agent "
        let isBegin: Bool
        let name: ForeignText

        /// - Returns: nil for every other line.
        init?(_ content: ArraySlice<UInt8>) {
            let line = content.drop { $0 == SSHDLexer.space || $0 == SSHDLexer.tab }
            for (mark, isBegin) in [(Self.begin, true), (Self.end, false)] where line.starts(with: mark.utf8) {
                self.isBegin = isBegin
                name = ForeignText(line.dropFirst(mark.utf8.count))
                return
            }
            return nil
        }
    }
}
