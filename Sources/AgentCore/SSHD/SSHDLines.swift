/// The lines of a configuration file as sshd loads them, each with the bytes it came from.
///
/// `load_server_config` (servconf.c) drops the white space before a line and, because it copies a line as a C string, all
/// from a NUL on with the newline: so the next line is glued to it, and counts as the same one. A file of zeros, as a
/// power failure leaves it, is an empty configuration to sshd. The numbers here are those of sshd's own messages.
struct SSHDLines: Sequence, IteratorProtocol {
    struct Line {
        /// As sshd counts, from 1.
        let number: Int
        /// All bytes of the line, its newline included; the ranges of all lines cover the file without a gap.
        let range: Range<Int>
        /// Without the white space on either side, and without what a NUL hides.
        let content: ArraySlice<UInt8>
        /// Whether a newline that sshd sees ends it: what is appended behind an open line would become part of it.
        let isClosed: Bool
    }

    private let bytes: [UInt8]
    private var position = 0
    private var number = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> Line? {
        guard position < bytes.count else { return nil }
        let start = position
        number += 1
        let first = takePhysicalLine()
        if first.isClosed || position == bytes.count {
            return line(from: start, content: first.content, isClosed: first.isClosed)
        }
        // Only a NUL leads here; files without one are never copied.
        var glued = Array(first.content)
        var isClosed = false
        while !isClosed, position < bytes.count {
            let piece = takePhysicalLine()
            glued.append(contentsOf: piece.content)
            isClosed = piece.isClosed
        }
        return line(from: start, content: glued[...], isClosed: isClosed)
    }

    /// The next line of the file, white space before it dropped, cut at a NUL; closed when its newline was not hidden.
    private mutating func takePhysicalLine() -> (content: ArraySlice<UInt8>, isClosed: Bool) {
        let rest = bytes[position...]
        let end = rest.firstIndex(of: SSHDLexer.newline)
        let whole = rest[..<(end ?? bytes.count)]
        position = end.map { $0 + 1 } ?? bytes.count
        let visible = whole.drop { $0 == SSHDLexer.space || $0 == SSHDLexer.tab || $0 == 0x0d }
        if let hidden = visible.firstIndex(of: 0) { return (visible[..<hidden], false) }
        return (visible, end != nil)
    }

    private func line(from start: Int, content: ArraySlice<UInt8>, isClosed: Bool) -> Line {
        // sshd never strips the first byte: a line of a single form feed is a keyword to it, and refused.
        var content = content
        while content.count > 1, let last = content.last, SSHDLexer.isWhite(last) || last == 0x0c { content.removeLast() }
        return Line(number: number, range: start..<position, content: content, isClosed: isClosed)
    }
}
