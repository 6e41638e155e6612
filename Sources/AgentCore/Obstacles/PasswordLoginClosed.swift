/// sshd lets this user not in by the password of the request. Opened for this user alone, ahead of what closes it.
package struct PasswordLoginClosed: Obstacle {
    package let id = "password-login-closed"
    package let layer = Layer.server

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        // A reset has the user's own block in what it puts in place.
        guard let user = asked.user, !asked.resets, !asked.restores else { return .clear }
        guard asked.isDiagnosis || asked.wanted?.password != nil else { return .clear }
        let service = try facts.service()
        if case .missing = service.state { return .clear }
        let connection = asked.connection(of: user)
        let effective: EffectiveConfiguration
        switch try facts.sshd(connection) {
        case .known(let known): effective = known
        // That sshd refuses its configuration is told by another obstacle.
        case .unknown(let why): return asked.isDiagnosis ? .unknown(why) : .clear
        }
        if effective.takesPasswords { return .clear }
        // Where there is a key, closed is how it is meant.
        if asked.isDiagnosis {
            guard let ways = try WaysIn.of(user, asked, facts)?.value, ways.keys == 0, ways.hasPassword else { return .clear }
        }
        let block = UserBlock(user, password: true, key: false, effective: effective, groups: nil, covers: false)
        let lines = try SSHDEvidence.lines("passwordauthentication", facts, asked, user, otherwise: "PasswordAuthentication no")
        let words = "sshd lets nobody like \(user.text) in by password\(asked.isDiagnosis ? ", and there is no key" : "")"
        for change in try Self.candidates(facts, service, block) {
            guard case .accepted = try facts.candidate(change),
                try facts.effective(change, connection).value?.takesPasswords == true
            else { continue }
            let step = Step.service("open password login for \(user.text) alone (\(change.names))", .configure(change))
            return .found(
                Finding(
                    self, words, evidence: lines, mandate: asked.isDiagnosis ? .word : .user,
                    remedy: asked.isDiagnosis ? "send this username with \"password\", or with \"ssh_key\"" : nil, steps: [step]))
        }
        return .found(Finding(self, words, evidence: lines, mandate: .reset))
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
}
