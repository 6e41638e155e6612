/// Which lines of sshd's configuration decide, as evidence.
enum SSHDEvidence {
    /// The lines that decide `keyword` for this user; `otherwise`, sshd's own default, where none does or it cannot be told.
    static func lines(
        _ keyword: String, _ facts: Facts, _ asked: Case, _ user: UserName, otherwise: String
    ) throws(Unanswered) -> [Evidence] {
        guard let configuration = try facts.configuration().value else { return [Evidence(otherwise)] }
        let connection = SSHDConnection(
            user: ForeignText(user.text), userExists: true, groups: try SSHDGroups.of(user, facts),
            address: ForeignText(asked.connection(of: user).address))
        var lines: [Evidence] = []
        for line in configuration.deciding(keyword, for: connection).lines { lines.append(try evidence(line, configuration, facts)) }
        return lines.isEmpty ? [Evidence(otherwise)] : lines
    }

    /// As it is written.
    private static func evidence(
        _ line: SSHDConfiguration.Directive, _ configuration: SSHDConfiguration, _ facts: Facts
    ) throws(Unanswered) -> Evidence {
        let isBlank: (UInt8) -> Bool = { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
        var words = ([line.keyword] + line.arguments).map(\.bytes).joined(separator: [0x20]).map { $0 }[...]
        if line.line > 0, let file = configuration.files.first(where: { $0.path == line.path }) {
            words = file.bytes[line.range].drop(while: isBlank)
            while words.last.map(isBlank) == true { words.removeLast() }
        }
        let keyword = words.prefix { !isBlank($0) && $0 != UInt8(ascii: "=") }
        return try Evidence(line: line.line, of: line.path, ForeignText(words), keyword: ForeignText(keyword), facts)
    }
}
