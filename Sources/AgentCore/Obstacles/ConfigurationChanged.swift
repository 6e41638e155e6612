/// sshd's configuration is other than a reset leaves it; without one: sshd refuses it.
package struct ConfigurationChanged: Obstacle {
    package let id = "sshd-configuration"
    package let layer = Layer.server

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
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
            Finding(
                self, "sshd's configuration is not the distribution's", mandate: .reset,
                steps: [.service(words, .configure(planned.change))]))
    }

    private func refusal(_ facts: Facts, _ service: ServiceAnswer, _ asked: Case) throws(Unanswered) -> Judgement {
        if asked.restores { return .clear }
        let nothing = ConfigurationChange(main: ConfigurationPaths.main(service.arguments), files: [])
        let message: SSHDMessage
        switch try facts.candidate(nothing) {
        case .accepted: return .clear
        case .unknown(let why): return asked.isDiagnosis ? .unknown(why) : .clear
        case .refused(let refusal): message = refusal
        }
        var evidence: [Evidence] = []
        if let file = message.file { evidence.append(try Evidence(line: message.line ?? 0, of: file, message.text, facts)) }
        var steps: [Step] = []
        if asked.isDiagnosis, let planned = try ResetConfiguration.plan(facts, asked).0, !planned.change.isEmpty {
            steps.append(
                .service("put the distribution's configuration of sshd in place (\(planned.change.names))", .configure(planned.change)))
        }
        return .found(
            Finding(
                self, evidence.isEmpty ? "sshd refuses its configuration: \(message.text.escaped())" : "sshd refuses its configuration",
                evidence: evidence, command: "sshd -t", mandate: .reset, steps: steps))
    }
}
