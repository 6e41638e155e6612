/// One file of sshd's configuration: its bytes, and what sshd reads in them.
///
/// Nothing is normalised: every statement knows the bytes of its line, and an edit (`SSHDFile+Edits`) leaves all others
/// as they are. What a file means depends on where it is included: that is `SSHDConfiguration`.
package struct SSHDFile: Hashable, Sendable {
    package let path: ForeignText
    package let bytes: [UInt8]
    /// The lines that are neither blank nor a comment, in order.
    package let statements: [Statement]

    /// A line that sshd acts on.
    package struct Statement: Hashable, Sendable {
        /// The line's number in sshd's messages, from 1.
        package let line: Int
        /// The bytes of the line in its file, the newline included.
        package let range: Range<Int>
        /// Lower case, as written otherwise: an alias is not resolved (see `SSHDKeyword`).
        package let keyword: ForeignText
        /// Without quotes and escapes. For the keywords that take the rest of the line, that rest as one argument.
        package let arguments: [ForeignText]
        /// The criteria, where the keyword is `match`.
        package let match: SSHDMatch?
        /// Why sshd refuses the line whatever its keyword; nil where it does not.
        package let flaw: Flaw?
    }

    /// What makes sshd refuse a line before it looks at the keyword.
    package enum Flaw: Hashable, Sendable {
        /// "no argument after keyword"
        case noArgument
        /// "invalid quotes"
        case unbalancedQuotes
    }

    package init(path: ForeignText, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        statements = SSHDLines(bytes).compactMap(Self.statement)
    }

    /// One line as `process_server_config_line_depth` (servconf.c) cuts it; nil for what it skips.
    private static func statement(_ line: SSHDLines.Line) -> Statement? {
        var rest: ArraySlice<UInt8>? = line.content
        // An empty first token is what white space or a `=` at the start leaves; sshd then takes the second.
        var word = SSHDLexer.delimited(&rest)
        if word?.isEmpty == true { word = SSHDLexer.delimited(&rest) }
        // Also a quote that is never closed in the keyword: sshd skips such a line without a word.
        guard let word, let first = word.first, first != SSHDLexer.comment else { return nil }

        let keyword = ForeignText(SSHDLexer.lowercased(word))
        func made(_ arguments: [ForeignText], match: SSHDMatch? = nil, flaw: Flaw? = nil) -> Statement {
            Statement(
                line: line.number, range: line.range, keyword: keyword, arguments: arguments, match: match, flaw: flaw)
        }
        guard let text = rest, !text.isEmpty else { return made([], flaw: .noArgument) }
        guard let arguments = SSHDLexer.arguments(text) else { return made([], flaw: .unbalancedQuotes) }
        let known = SSHDKeyword(keyword)
        if known.takesRestOfLine { return made([ForeignText(text.drop(while: SSHDLexer.isWhite))]) }
        return made(arguments.map { ForeignText($0) }, match: known == .match ? SSHDMatch(text) : nil)
    }

    /// The lines of the `Match` block that begins at `line`, itself included, up to the next `Match` or the end.
    ///
    /// A `Match` line alone must not be taken out: what stood under it would then hold for everybody.
    ///
    /// - Returns: line numbers; empty where no `Match` stands at `line`.
    package func matchBlock(at line: Int) -> [Int] {
        guard let start = statements.firstIndex(where: { $0.line == line && $0.match != nil }) else { return [] }
        let body = statements[(start + 1)...].prefix { $0.match == nil }
        return [line] + body.map(\.line)
    }
}
