/// What a reset keeps of the configuration before it: it opens no more than it must.
///
/// Root login never becomes laxer. For a request about one user, also what is stricter for everybody and every `Match` block stay,
/// the latter with that user taken out (`User !NAME,*`: a negated pattern outvotes the others, match.c); the user's own block says
/// what is open to them. Without a user it is the distribution's default in full.
package struct KeptConfiguration: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        package let lines: [ForeignText]
        /// `file:line` of what it was.
        package let origin: String
    }

    package private(set) var parts: [Part] = []
    /// What could not be kept, each with its place and why.
    package private(set) var dropped: [String] = []

    /// Global keywords that only ever refuse, where they have one of these values, or any.
    private static let strict: [(name: String, values: [String]?)] = [
        ("passwordauthentication", ["no"]), ("kbdinteractiveauthentication", ["no"]), ("pubkeyauthentication", ["no"]),
        ("authenticationmethods", nil), ("allowusers", nil), ("denyusers", nil), ("allowgroups", nil), ("denygroups", nil),
    ]
    private static let adding: Set<String> = ["allowusers", "denyusers", "allowgroups", "denygroups"]

    /// - Parameters:
    ///   - connections: how the user may come; a block that holds for one of them, or may, is made to spare the user.
    package init(_ current: SSHDConfiguration, pristine: SSHDConfiguration, user: UserName?, connections: [SSHDConnection]) {
        keepRootLogin(current, pristine)
        guard let user else { return }
        for (name, values) in Self.strict {
            let lines = Self.globals(current, name)
            if lines.isEmpty || lines.map(\.arguments) == Self.globals(pristine, name).map(\.arguments) { continue }
            for line in Self.adding.contains(name) ? lines : Array(lines.prefix(1)) {
                let value = String(decoding: SSHDLexer.lowercased(line.arguments[0].bytes), as: UTF8.self)
                if let values, !values.contains(value) { continue }
                keep(line, current)
            }
        }
        for index in current.scopes.indices { keepBlock(index, current, user, connections) }
    }

    /// The file that holds it; nil where there is nothing to keep.
    package var contents: [UInt8]? {
        if parts.isEmpty { return nil }
        return SSHDBlock.text([ForeignText(Self.header)] + parts.flatMap(\.lines))
    }

    private static let header = "# What vmaccess-agent kept when it reset sshd's configuration; see vmaccess-agent(8)."

    /// Without the part that stands on this line of the file, if there is one.
    package mutating func drop(line: Int, because reason: String) -> Bool {
        var next = 2
        for (index, part) in parts.enumerated() {
            if line >= next, line < next + part.lines.count {
                dropped.append("\(part.origin) (\(reason))")
                parts.remove(at: index)
                return true
            }
            next += part.lines.count
        }
        return false
    }

    // MARK: what is kept

    private mutating func keepRootLogin(_ current: SSHDConfiguration, _ pristine: SSHDConfiguration) {
        guard let line = Self.globals(current, "permitrootlogin").first else { return }
        let standard = Self.globals(pristine, "permitrootlogin").first.flatMap { Self.rank($0) } ?? 2
        guard let rank = Self.rank(line), rank < standard else { return }
        keep(line, current)
    }

    /// How much it lets in (`PermitRootLogin` in sshd_config(5)).
    private static func rank(_ line: SSHDConfiguration.Directive) -> Int? {
        switch String(decoding: SSHDLexer.lowercased(line.arguments[0].bytes), as: UTF8.self) {
        case "no": 0
        case "forced-commands-only": 1
        case "prohibit-password", "without-password": 2
        case "yes": 3
        default: nil
        }
    }

    private static func globals(_ configuration: SSHDConfiguration, _ name: String) -> [SSHDConfiguration.Directive] {
        let keyword = SSHDKeyword(name)
        return configuration.directives.filter {
            $0.scope == nil && $0.name == keyword && !$0.arguments.isEmpty
        }
    }

    private mutating func keep(_ line: SSHDConfiguration.Directive, _ current: SSHDConfiguration) {
        guard let text = Self.text(of: line, current) else { return }
        parts.append(Part(lines: [text], origin: Self.place(line.path, line.line)))
    }

    private mutating func keepBlock(
        _ index: Int, _ current: SSHDConfiguration, _ user: UserName, _ connections: [SSHDConnection]
    ) {
        let scope = current.scopes[index]
        // A block of ours for a user stays in its own file, or is made anew.
        let path = String(decoding: scope.path.bytes, as: UTF8.self)
        if ConfigurationPaths.isOwn(path), path != ConfigurationPaths.kept { return }
        let body = current.directives.filter { $0.scope == index }.compactMap { Self.text(of: $0, current) }
        if body.isEmpty { return }
        var chain: [SSHDMatch] = []
        var next: Int? = index
        while let at = next {
            chain.insert(current.scopes[at].match, at: 0)
            next = current.scopes[at].outer
        }
        let place = Self.place(scope.path, scope.line)
        guard chain.allSatisfy({ $0.readings.count == 1 }) else {
            dropped.append("\(place) (sshd's versions read its criteria differently)")
            return
        }
        var criteria = chain.flatMap { $0.readings[0] }.filter { $0 != .all }
        if criteria.contains(.user(ForeignText(user.text))) { return }
        let holds = connections.map { connection in
            chain.reduce(SSHDAnswer.yes) { $0.and($1.holds(for: connection)) }
        }
        if holds.contains(where: { $0 != .no }) { criteria.append(.user(ForeignText("!\(user.text),*"))) }
        guard let words = Self.words(criteria) else {
            dropped.append("\(place) (its criteria cannot be written again)")
            return
        }
        parts.append(Part(lines: [ForeignText(Array("Match ".utf8) + words)] + body, origin: place))
    }

    private static func words(_ criteria: [SSHDMatch.Criterion]) -> [UInt8]? {
        var words: [[UInt8]] = []
        for criterion in criteria {
            let (name, argument): (String, ForeignText?) =
                switch criterion {
                case .all: ("all", nil)
                case .user(let list): ("User", list)
                case .group(let list): ("Group", list)
                case .host(let list): ("Host", list)
                case .address(let list): ("Address", list)
                case .localAddress(let list): ("LocalAddress", list)
                case .localPort(let list): ("LocalPort", list)
                case .routingDomain(let list): ("RDomain", list)
                case .invalidUser: ("invalid-user", nil)
                case .version(let list): ("Version", list)
                }
            words.append(Array(name.utf8))
            guard let argument else { continue }
            let isPlain = argument.bytes.allSatisfy { byte in
                (0x21...0x7e).contains(byte) && !"\"'\\#=".utf8.contains(byte)
            }
            guard isPlain else { return nil }
            words.append(argument.bytes)
        }
        return words.isEmpty ? nil : Array(words.joined(separator: [SSHDLexer.space]))
    }

    /// The line as it stands in its file, without the white space around it.
    private static func text(of line: SSHDConfiguration.Directive, _ current: SSHDConfiguration) -> ForeignText? {
        guard let file = current.file(line.path) else {
            // An option of the command line, which is to go.
            let words = [line.keyword] + line.arguments
            let isPlain = words.allSatisfy { $0.bytes.allSatisfy { (0x21...0x7e).contains($0) && !"\"'\\#".utf8.contains($0) } }
            return isPlain ? ForeignText(Array(words.map(\.bytes).joined(separator: [SSHDLexer.space]))) : nil
        }
        let text = file.bytes[line.range].drop(while: SSHDLexer.isWhite)
        let end = text.lastIndex { !SSHDLexer.isWhite($0) }.map { $0 + 1 } ?? text.startIndex
        let bytes = text[..<end]
        if bytes.contains(where: { $0 == SSHDLexer.newline || $0 == 0x0d || $0 == 0 }) { return nil }
        return ForeignText(bytes)
    }

    static func place(_ path: ForeignText, _ line: Int) -> String { "\(path.escaped()):\(line)" }
}
