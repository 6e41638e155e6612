/// sshd lets this user not in by the password of the request. Opened for this user alone, ahead of what closes it.
package struct PasswordLoginClosed: ServiceObstacle {
    package let id = "password-login-closed"
    package let layer = Layer.server

    package init() {}

    package func judge(_ facts: Facts, _ asked: ServiceCase) throws(Unanswered) -> Judgement {
        // A reset has the user's own block in what it puts in place.
        guard !asked.resets, !asked.restores, let wanted = asked.wanted, wanted.password != nil else { return .clear }
        let service = try facts.service()
        if case .missing = service.state { return .clear }
        let connection = Connection(user: wanted.name, address: SourceAddress.other)
        let effective: EffectiveConfiguration
        switch try facts.sshd(connection) {
        case .known(let known): effective = known
        // That sshd refuses its configuration is told by another obstacle.
        case .unknown: return .clear
        }
        if effective.takesPasswords { return .clear }
        let block = UserBlock(wanted.name, password: true, key: false, effective: effective, groups: nil, covers: false)
        let explanation = "sshd lets nobody like \(wanted.name.text) in by password (\(try Self.evidence(facts, wanted.name)))"
        for change in try Self.candidates(facts, service, block) {
            guard case .accepted = try facts.candidate(change),
                try facts.effective(change, connection).value?.takesPasswords == true
            else { continue }
            let words = "open password login for \(wanted.name.text) alone (\(change.names))"
            return .found(Finding(self, explanation, mandate: .user, steps: [(words, .configure(change))]))
        }
        return .found(Finding(self, explanation, mandate: .reset))
    }

    /// A file of its own that sorts first; else a block ahead of everything in the main file.
    private static func candidates(
        _ facts: Facts, _ service: ServiceAnswer, _ block: UserBlock
    ) throws(Unanswered) -> [ConfigurationChange] {
        let main = ConfigurationPaths.main(service.arguments)
        var changes: [ConfigurationChange] = []
        if let contents = block.contents {
            changes.append(ConfigurationChange(main: main, files: [.init(path: ConfigurationPaths.own(block.user), contents: contents)]))
        }
        if case .contents(let bytes) = try facts.file(main), let block = try? block.block() {
            let file = SSHDFile(path: ForeignText(main), bytes: bytes)
            let edited = file.setting(block, at: .beforeFirstDirective)
            changes.append(ConfigurationChange(main: main, files: [.init(path: main, contents: edited)]))
        }
        return changes
    }

    private static func evidence(_ facts: Facts, _ user: UserName) throws(Unanswered) -> String {
        try SSHDEvidence.places("passwordauthentication", facts, user) ?? "PasswordAuthentication no"
    }
}

/// Which line of sshd's configuration decides, for a sentence.
enum SSHDEvidence {
    /// nil where none does, or it cannot be told.
    static func places(_ keyword: String, _ facts: Facts, _ user: UserName) throws(Unanswered) -> String? {
        guard let configuration = try facts.configuration().value else { return nil }
        let connection = SSHDConnection(
            user: ForeignText(user.text), userExists: true, groups: try SSHDGroups.of(user, facts),
            address: ForeignText(SourceAddress.other))
        let lines = configuration.deciding(keyword, for: connection).lines
        if lines.isEmpty { return nil }
        return lines.map { place($0) }.joined(separator: ", ")
    }

    static func place(_ line: SSHDConfiguration.Directive) -> String {
        let words = [line.keyword.escaped()] + line.arguments.map { $0.escaped(limit: 60) }
        return "\(KeptConfiguration.place(line.path, line.line)): \(words.joined(separator: " "))"
    }
}
