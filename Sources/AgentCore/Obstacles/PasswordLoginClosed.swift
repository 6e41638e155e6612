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
        if let change = try UserException.change(block, facts, connection, suffices: { $0.takesPasswords }) {
            let step = Step.service("open password login for \(user.text) alone (\(change.names))", .configure(change))
            return .found(
                Finding(
                    self, words, evidence: lines, mandate: asked.isDiagnosis ? .word : .user,
                    remedy: asked.isDiagnosis ? "send this username with \"password\", or with \"ssh_key\"" : nil, steps: [step]))
        }
        return .found(Finding(self, words, evidence: lines, mandate: .reset))
    }
}
