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
        for line in configuration.deciding(keyword, for: connection).lines { lines.append(try evidence(line, facts)) }
        return lines.isEmpty ? [Evidence(otherwise)] : lines
    }

    static func evidence(_ line: SSHDConfiguration.Directive, _ facts: Facts) throws(Unanswered) -> Evidence {
        let words = [line.keyword] + line.arguments
        let text = ForeignText(words.map(\.bytes).joined(separator: [0x20]))
        return try Evidence(line: line.line, of: line.path, text, keyword: line.keyword, facts)
    }
}
