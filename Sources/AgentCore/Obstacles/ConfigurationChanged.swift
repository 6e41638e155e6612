/// sshd's configuration is other than a reset leaves it; without one: sshd refuses it.
package struct ConfigurationChanged: ServiceObstacle {
    package let id = "sshd-configuration"
    package let layer = Layer.server

    package init() {}

    package func judge(_ facts: Facts, _ asked: ServiceCase) throws(Unanswered) -> Judgement {
        let service = try facts.service()
        if case .missing = service.state { return .clear }
        guard asked.resets else { return try refusal(facts, service, asked) }
        let (planned, why) = try ResetConfiguration.plan(facts, asked)
        guard let planned else {
            return .refused(
                Refusal(
                    reason: "sshd-refuses-defaults",
                    message: "sshd refuses even the distribution's own configuration: \(why ?? "it does not say why"); "
                        + "reinstall openssh-server"))
        }
        if planned.change.isEmpty { return .clear }
        var words = "put the distribution's configuration of sshd in place (\(planned.change.names))"
        if !planned.dropped.isEmpty { words += "; not kept: \(planned.dropped.joined(separator: ", "))" }
        return .found(
            Finding(self, "sshd's configuration is not the distribution's", mandate: .reset, steps: [(words, .configure(planned.change))]))
    }

    private func refusal(_ facts: Facts, _ service: ServiceAnswer, _ asked: ServiceCase) throws(Unanswered) -> Judgement {
        if asked.restores { return .clear }
        let nothing = ConfigurationChange(main: ConfigurationPaths.main(service.arguments), files: [])
        guard case .refused(let message) = try facts.candidate(nothing) else { return .clear }
        return .found(
            Finding(self, "sshd refuses its configuration: \(SSHDWords.text(of: message))", mandate: .reset))
    }
}
