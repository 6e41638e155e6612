/// sshd's lists of users and groups refuse this user (`allowed_user` in auth.c). Only a reset may change that.
package struct UserNotAdmitted: Obstacle {
    package let id = "user-not-admitted"
    package let layer = Layer.server

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user, !asked.resets, !asked.restores else { return .clear }
        let effective: EffectiveConfiguration
        switch try facts.sshd(asked.connection(of: user)) {
        case .known(let known): effective = known
        case .unknown(let why): return asked.isDiagnosis ? .unknown(why) : .clear
        }
        if asked.isDiagnosis, case .absent = try facts.account(user) { return .clear }
        // A user who is still to be made will have a group of the same name, and no other.
        let groups = try SSHDGroups.of(user, facts) ?? [ForeignText(user.text)]
        let address = ForeignText(asked.connection(of: user).address)
        let connection = SSHDConnection(
            user: ForeignText(user.text), userExists: true, groups: groups, host: address, address: address)
        guard case .refused(let refusal) = effective.access.verdict(for: connection) else { return .clear }
        let keyword =
            switch refusal {
            case .deniedUser: "denyusers"
            case .notAmongAllowedUsers: "allowusers"
            case .deniedGroup: "denygroups"
            case .notAmongAllowedGroups, .inNoGroup: "allowgroups"
            }
        let lines = try SSHDEvidence.lines(keyword, facts, asked, user, otherwise: keyword)
        var steps: [Step] = []
        // For `repair`, which was told whom to let in: an exception for this user alone.
        if asked.isDiagnosis {
            let block = UserBlock(user, password: false, key: true, effective: effective, groups: groups, covers: true)
            let change = try UserException.change(block, facts, asked.connection(of: user)) {
                $0.access.verdict(for: connection) == .admitted
            }
            if let change { steps.append(.service("let \(user.text) alone in past sshd's lists (\(change.names))", .configure(change))) }
        }
        return .found(
            Finding(
                self, "sshd's lists refuse \(user.text)", evidence: lines, mandate: steps.isEmpty ? .reset : .user,
                remedy: Mandate.reset.remedy, steps: steps))
    }
}
