/// Edits of one file. Each returns all bytes of the result, and leaves every line it does not name as it is.
extension SSHDFile {
    /// Where lines go in.
    package enum Place: Hashable, Sendable {
        /// Ahead of every line that sshd acts on, behind the comments at the top.
        case beforeFirstDirective
        /// Behind all global lines of this file, ahead of its first `Match`; the end, where it has none.
        case beforeFirstMatch
        case end
    }

    /// With a `#` in front of the lines with these numbers (as sshd counts). Lines that are no statement stay as they are.
    package func commentingOut(lines: Set<Int>) -> [UInt8] {
        replacing(lines: lines) { range in [SSHDLexer.comment] + bytes[range] }
    }

    /// Without the lines with these numbers (as sshd counts). Lines that are no statement stay as they are.
    package func removing(lines: Set<Int>) -> [UInt8] {
        replacing(lines: lines) { _ in [] }
    }

    /// With `lines` put in at `place`, each with a newline; ahead of a block of ours rather than inside it.
    ///
    /// - Throws: what is no single line.
    package func inserting(_ lines: [ForeignText], at place: Place) throws(SSHDBlock.Flaw) -> [UInt8] {
        for line in lines { try SSHDBlock.check(line) }
        return inserting(SSHDBlock.text(lines), at: offset(of: place))
    }

    func inserting(_ text: [UInt8], at offset: Int) -> [UInt8] {
        var head = Array(bytes[..<offset])
        // Behind a last line that sshd sees no end of, ours would become part of it; a NUL hides the first newline too.
        if offset == bytes.count {
            while !Self.endsClosed(head) { head.append(SSHDLexer.newline) }
        }
        return head + text + bytes[offset...]
    }

    /// The offset of a place: the start of a line, or the end.
    func offset(of place: Place) -> Int {
        let target: Statement?
        switch place {
        case .beforeFirstDirective: target = statements.first
        case .beforeFirstMatch: target = statements.first { $0.match != nil }
        case .end: target = nil
        }
        guard let offset = target?.range.lowerBound else { return bytes.count }
        return blocks.first { $0.range.contains(offset) }?.range.lowerBound ?? offset
    }

    /// Whether a newline that sshd sees ends the last line; at most two more make it so.
    private static func endsClosed(_ bytes: [UInt8]) -> Bool {
        var last = true
        for line in SSHDLines(bytes) { last = line.isClosed }
        return last
    }

    private func replacing(lines: Set<Int>, _ replacement: (Range<Int>) -> [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + lines.count)
        var kept = 0
        for statement in statements where lines.contains(statement.line) {
            result += bytes[kept..<statement.range.lowerBound]
            result += replacement(statement.range)
            kept = statement.range.upperBound
        }
        return result + bytes[kept...]
    }
}
