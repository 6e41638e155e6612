/// What sshd says is in force: the output of `sshd -T`, or of `sshd -T -C …` for one connection.
///
/// One line for each keyword, in lower case, its value behind a space; keywords with several values have a line for each,
/// a few have them all on one line (`dump_config` in servconf.c). Nothing is quoted: a path with a space in
/// `authorizedkeysfile` cannot be told from two paths here; the line that decides it can tell.
package struct EffectiveConfiguration: Hashable, Sendable {
    /// The values by sshd's own name for the keyword, in order.
    private let values: [SSHDKeyword: [ForeignText]]

    /// The output is not one of `sshd -T`.
    package struct NotAConfiguration: Error, Hashable, Sendable {}

    /// - Throws: where no `port` is in it, which every sshd prints.
    package init(output: [UInt8]) throws(NotAConfiguration) {
        var values: [SSHDKeyword: [ForeignText]] = [:]
        for line in output.split(whereSeparator: { $0 == SSHDLexer.newline }) {
            let text = line.last == 0x0d ? line.dropLast() : line
            let end = text.firstIndex(of: SSHDLexer.space) ?? text.endIndex
            let keyword = SSHDKeyword(ForeignText(text[..<end]))
            values[keyword, default: []].append(ForeignText(text[end...].dropFirst()))
        }
        guard values[SSHDKeyword("port")] != nil else { throw NotAConfiguration() }
        self.values = values
    }

    /// All values of a keyword, as printed, also under an alias or an older name; empty where this sshd has no such one.
    package func all(_ keyword: String) -> [ForeignText] {
        values[SSHDKeyword(keyword)] ?? []
    }

    /// The first value of a keyword, as printed.
    package func first(_ keyword: String) -> ForeignText? {
        all(keyword).first
    }

    /// The values that stand on one line.
    package func words(_ keyword: String) -> [ForeignText] {
        first(keyword).map { Self.split($0, at: SSHDLexer.space) } ?? []
    }

    /// The entries of a comma-separated value, such as a list of algorithms.
    package func list(_ keyword: String) -> [ForeignText] {
        first(keyword).map { Self.split($0, at: UInt8(ascii: ",")) } ?? []
    }

    /// Whether a value is `yes`; nil for a third one, and where this sshd has no such keyword.
    package func flag(_ keyword: String) -> Bool? {
        switch first(keyword) {
        case ForeignText("yes"): true
        case ForeignText("no"): false
        default: nil
        }
    }

    package func number(_ keyword: String) -> Int? {
        first(keyword).flatMap { SSHDNumber.decimal($0.bytes) }
    }

    /// A value other than `none`.
    package func setting(_ keyword: String) -> ForeignText? {
        first(keyword).flatMap { SSHDLexer.lowercased($0.bytes) == Array("none".utf8) ? nil : $0 }
    }

    static func split(_ text: ForeignText, at separator: UInt8) -> [ForeignText] {
        text.bytes.split(separator: separator).map { ForeignText($0) }
    }
}
