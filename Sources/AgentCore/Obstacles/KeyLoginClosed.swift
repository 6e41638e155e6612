/// sshd takes no key of this user, or wants more than one method. Only a reset may change that.
package struct KeyLoginClosed: Obstacle {
    package let id = "key-login-closed"
    package let layer = Layer.server

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user, !asked.resets, !asked.restores else { return .clear }
        let effective: EffectiveConfiguration
        switch try facts.sshd(asked.connection(of: user)) {
        case .known(let known): effective = known
        case .unknown(let why): return asked.isDiagnosis ? .unknown(why) : .clear
        }
        let ways: WaysIn? = if asked.isDiagnosis { try WaysIn.of(user, asked, facts)?.value } else { nil }
        let hasKeys = asked.wanted.map { !$0.keys.isEmpty } ?? (ways?.keys != 0)
        if hasKeys, effective.pubkeyAuthentication == false {
            let lines = try SSHDEvidence.lines("pubkeyauthentication", facts, asked, user, otherwise: "PubkeyAuthentication no")
            let steps = try opening(facts, asked, user, effective)
            return .found(
                Finding(
                    self, "sshd takes no keys from \(user.text)", evidence: lines, mandate: steps.isEmpty ? .reset : .user,
                    remedy: Mandate.reset.remedy, steps: steps))
        }
        let lists = effective.authenticationMethods
        if !lists.isEmpty, !lists.contains(where: { $0.count == 1 }) {
            let lines = try SSHDEvidence.lines("authenticationmethods", facts, asked, user, otherwise: "AuthenticationMethods")
            // Who has both may have been meant to need both.
            let hasBoth = ways.map { $0.keys != 0 && $0.hasPassword && $0.takesPasswords } ?? false
            return .found(
                Finding(
                    self, "sshd asks \(user.text) for more than one credential", weight: hasBoth ? .note : .blocks, evidence: lines,
                    mandate: asked.isDiagnosis ? .word : .reset, remedy: Mandate.reset.remedy,
                    steps: try opening(facts, asked, user, effective)))
        }
        return .clear
    }

    /// For `repair`, which was told whom to let in: an exception for this user alone.
    private func opening(
        _ facts: Facts, _ asked: Case, _ user: UserName, _ effective: EffectiveConfiguration
    ) throws(Unanswered) -> [Step] {
        guard asked.isDiagnosis else { return [] }
        let block = UserBlock(
            user, password: false, key: true, effective: effective, groups: try SSHDGroups.of(user, facts), covers: true)
        let change = try UserException.change(block, facts, asked.connection(of: user)) { effective in
            let lists = effective.authenticationMethods
            return effective.pubkeyAuthentication == true && (lists.isEmpty || lists.contains { $0.count == 1 })
        }
        return change.map { [.service("let \(user.text) alone in by key (\($0.names))", .configure($0))] } ?? []
    }
}
