/// The criteria of a `Match` line, all of which must hold (sshd_config(5), `match_cfg_line` in servconf.c).
///
/// Which words are criteria depends on the version: up to 9.8 the line is cut at white space and `=`, later it is cut as
/// other lines are. Both readings are kept where they differ and sshd could accept either.
package struct SSHDMatch: Hashable, Sendable {
    /// What a line may mean: usually one reading; two where versions of sshd read it differently; none where all refuse.
    package let readings: [[Criterion]]

    /// One condition. Patterns are the comma-separated list as it stands.
    package enum Criterion: Hashable, Sendable {
        case all
        case user(ForeignText)
        case group(ForeignText)
        case host(ForeignText)
        case address(ForeignText)
        case localAddress(ForeignText)
        /// A number, or the name of a service.
        case localPort(ForeignText)
        case routingDomain(ForeignText)
        /// The account does not exist (since 10.0).
        case invalidUser
        /// sshd's own release (since 10.0).
        case version(ForeignText)
    }

    /// Reads what follows the keyword.
    init(_ text: ArraySlice<UInt8>) {
        let old = Self.oldTokens(text).flatMap { Self.criteria($0, splitsEquals: false) }
        let new = SSHDLexer.arguments(text).flatMap { Self.criteria($0, splitsEquals: true) }
        // A reading that sshd would refuse is no reading: where sshd serves, it is the other one that is in force.
        var readings: [[Criterion]] = []
        for reading in [old, new] {
            if let reading, !readings.contains(reading) { readings.append(reading) }
        }
        self.readings = readings
    }

    /// Cut as up to 9.8: nil where something is left behind an empty word, which sshd refuses.
    private static func oldTokens(_ text: ArraySlice<UInt8>) -> [[UInt8]]? {
        var rest: ArraySlice<UInt8>? = text
        var tokens: [[UInt8]] = []
        while let token = SSHDLexer.delimited(&rest) {
            if token.isEmpty { return rest?.isEmpty == false ? nil : tokens }
            tokens.append(token)
        }
        return tokens
    }

    /// The criteria of a list of words; nil where sshd refuses them.
    private static func criteria(_ tokens: [[UInt8]], splitsEquals: Bool) -> [Criterion]? {
        var found: [Criterion] = []
        var rest = tokens[...]
        while let word = rest.popFirst() {
            if word.first == SSHDLexer.comment { break }
            var name = SSHDLexer.lowercased(word)
            if name == Array("all".utf8) {
                let alone = found.isEmpty && (rest.isEmpty || rest.first?.first == SSHDLexer.comment)
                return alone ? [.all] : nil
            }
            if name == Array("invalid-user".utf8) {
                found.append(.invalidUser)
                continue
            }
            var argument: [UInt8]?
            if splitsEquals, let sign = name.firstIndex(of: UInt8(ascii: "=")) {
                argument = Array(word[(sign + 1)...])
                name = Array(name[..<sign])
            } else {
                argument = rest.popFirst()
            }
            guard let argument, let first = argument.first, first != SSHDLexer.comment,
                let criterion = criterion(name, ForeignText(argument))
            else { return nil }
            found.append(criterion)
        }
        return found.isEmpty ? nil : found
    }

    private static func criterion(_ name: [UInt8], _ argument: ForeignText) -> Criterion? {
        switch String(decoding: name, as: UTF8.self) {
        case "user": .user(argument)
        case "group": .group(argument)
        case "host": .host(argument)
        case "address": .address(argument)
        case "localaddress": .localAddress(argument)
        case "localport": .localPort(argument)
        case "rdomain": .routingDomain(argument)
        case "version": .version(argument)
        default: nil
        }
    }
}
