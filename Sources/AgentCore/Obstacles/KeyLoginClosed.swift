/// sshd takes no key of this user, or wants more than one method. Only a reset may change that.
package struct KeyLoginClosed: ServiceObstacle {
    package let id = "key-login-closed"
    package let layer = Layer.server

    package init() {}

    package func judge(_ facts: Facts, _ asked: ServiceCase) throws(Unanswered) -> Judgement {
        guard !asked.resets, !asked.restores, let wanted = asked.wanted,
            let effective = try facts.sshd(Connection(user: wanted.name, address: SourceAddress.other)).value
        else { return .clear }
        if !wanted.keys.isEmpty, effective.pubkeyAuthentication == false {
            let place = try SSHDEvidence.places("pubkeyauthentication", facts, wanted.name) ?? "PubkeyAuthentication no"
            return .found(Finding(self, "sshd takes no keys from \(wanted.name.text) (\(place))", mandate: .reset))
        }
        let lists = effective.authenticationMethods
        if !lists.isEmpty, !lists.contains(where: { $0.count == 1 }) {
            let place = try SSHDEvidence.places("authenticationmethods", facts, wanted.name) ?? "AuthenticationMethods"
            return .found(Finding(self, "sshd asks \(wanted.name.text) for more than one credential (\(place))", mandate: .reset))
        }
        return .clear
    }
}
