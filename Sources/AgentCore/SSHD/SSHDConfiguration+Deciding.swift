/// Which lines decide a keyword for one connection.
package enum SSHDDecision: Hashable, Sendable {
    /// None: sshd's default is in force.
    case standard
    /// These, in order: one, or for a keyword whose lines add up, each that contributes.
    case decided(by: [SSHDConfiguration.Directive])
    /// It cannot be said; one of these may.
    case unknown(SSHDUncertainty, among: [SSHDConfiguration.Directive])

    /// The lines that decide, or may.
    package var lines: [SSHDConfiguration.Directive] {
        switch self {
        case .standard: []
        case .decided(let lines), .unknown(_, let lines): lines
        }
    }
}

extension SSHDConfiguration {
    /// Which lines decide `keyword` for `connection`, for evidence.
    ///
    /// sshd's rules (servconf.c: the two passes, and `copy_set_server_options`): outside of `Match` the first line counts;
    /// within the blocks that hold, the first as well, and it replaces the global one. Lines of `AllowUsers` and its like
    /// add up, and those in blocks together replace the global list. A `Match all` counts in both passes.
    package func deciding(_ keyword: String, for connection: SSHDConnection) -> SSHDDecision {
        deciding(SSHDKeyword(keyword), for: resolved(connection))
    }

    private func deciding(_ keyword: SSHDKeyword, for connection: SSHDConnection) -> SSHDDecision {
        // A line without arguments sets nothing, where it is accepted at all.
        let lines = directives.filter { !$0.arguments.isEmpty && $0.name == keyword }
        guard isComplete else { return .unknown(.incomplete, among: lines) }
        let global = choose(lines, keyword.combination) { line in
            self.holds(line.scope) { $0.holdsAtStart(for: connection) }
        }
        guard !keyword.isGlobalOnly else { return global }
        let inBlocks = choose(lines.filter { $0.scope != nil }, keyword.combination) { line in
            self.holds(line.scope) { $0.holds(for: connection) }
        }
        switch inBlocks {
        case .standard: return global
        case .decided: return inBlocks
        case .unknown(let reason, let among):
            // If none of the blocks holds after all, it is the global line that decides.
            return .unknown(reason, among: among + global.lines.filter { !among.contains($0) })
        }
    }

    /// Combines lines of one keyword, each of which may hold.
    private func choose(
        _ lines: [Directive], _ combination: SSHDKeyword.Combination, _ holds: (Directive) -> SSHDAnswer
    ) -> SSHDDecision {
        switch combination {
        case .first: return first(of: lines, holds)
        case .last: return first(of: lines.reversed(), holds)
        case .all, .allNamed:
            var found: [Directive] = []
            var names: Set<ForeignText> = []
            for line in lines {
                switch holds(line) {
                case .yes where combination == .allNamed && !names.insert(line.arguments[0]).inserted: continue
                case .yes: found.append(line)
                case .no: continue
                case .unknown(let reason): return .unknown(reason, among: candidates(lines, holds))
                }
            }
            return found.isEmpty ? .standard : .decided(by: found)
        case .depends:
            let found = candidates(lines, holds)
            let isOne = Set(found.map(\.arguments)).count <= 1
            return isOne ? first(of: found, holds) : .unknown(.versionsDiffer, among: found)
        }
    }

    private func first(of lines: [Directive], _ holds: (Directive) -> SSHDAnswer) -> SSHDDecision {
        for (index, line) in lines.enumerated() {
            switch holds(line) {
            case .yes: return .decided(by: [line])
            case .no: continue
            case .unknown(let reason): return .unknown(reason, among: candidates(Array(lines[index...]), holds))
            }
        }
        return .standard
    }

    /// Every line that is not ruled out.
    private func candidates(_ lines: [Directive], _ holds: (Directive) -> SSHDAnswer) -> [Directive] {
        lines.filter { holds($0) != .no }
    }

    /// Whether a block and all around it hold.
    private func holds(_ scope: Int?, _ answer: (SSHDMatch) -> SSHDAnswer) -> SSHDAnswer {
        var whole = SSHDAnswer.yes
        var next = scope
        while let index = next, whole != .no {
            whole = whole.and(answer(scopes[index].match))
            next = scopes[index].outer
        }
        return whole
    }

    /// Puts in the host name that sshd will use: the address, unless it looks names up (`auth_get_canonical_hostname`).
    func resolved(_ connection: SSHDConnection) -> SSHDConnection {
        guard connection.host == nil else { return connection }
        var resolved = connection
        switch deciding(.useDNS, for: connection) {
        case .standard:
            resolved.host = connection.address
        case .decided(let lines):
            let isLookedUp = lines.first?.arguments.first.map { SSHDLexer.lowercased($0.bytes) } == Array("yes".utf8)
            if !isLookedUp { resolved.host = connection.address }
        case .unknown:
            break
        }
        return resolved
    }
}
