/// sshd's lists of users and groups refuse this user (`allowed_user` in auth.c). Only a reset may change that.
package struct UserNotAdmitted: ServiceObstacle {
    package let id = "user-not-admitted"
    package let layer = Layer.server

    package init() {}

    package func judge(_ facts: Facts, _ asked: ServiceCase) throws(Unanswered) -> Judgement {
        guard !asked.resets, !asked.restores, let wanted = asked.wanted,
            let effective = try facts.sshd(Connection(user: wanted.name, address: SourceAddress.other)).value
        else { return .clear }
        // A user who is still to be made will have a group of the same name, and no other.
        let groups = try SSHDGroups.of(wanted.name, facts) ?? [ForeignText(wanted.name.text)]
        let connection = SSHDConnection(
            user: ForeignText(wanted.name.text), userExists: true, groups: groups, host: ForeignText(SourceAddress.other),
            address: ForeignText(SourceAddress.other))
        guard case .refused(let refusal) = effective.access.verdict(for: connection) else { return .clear }
        let keyword =
            switch refusal {
            case .deniedUser: "denyusers"
            case .notAmongAllowedUsers: "allowusers"
            case .deniedGroup: "denygroups"
            case .notAmongAllowedGroups, .inNoGroup: "allowgroups"
            }
        let place = try SSHDEvidence.places(keyword, facts, wanted.name) ?? keyword
        return .found(Finding(self, "sshd's lists refuse \(wanted.name.text) (\(place))", mandate: .reset))
    }
}
