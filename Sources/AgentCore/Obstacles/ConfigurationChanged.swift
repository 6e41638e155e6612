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
        let main = ConfigurationPaths.main(service.arguments)
        var steps: [Step] = []
        if asked.isDiagnosis, let mended = try MendedConfiguration.plan(facts, main: main) {
            steps.append(.service(mended.summary, .configure(mended.change)))
        }
        if asked.isDiagnosis, case .absent = try facts.file(main) {
            return .found(Finding(self, "sshd has no configuration: there is no \(main)", mandate: .reset, steps: steps))
        }
        let message: SSHDMessage
        switch try facts.candidate(ConfigurationChange(main: main, files: [])) {
        case .accepted: return .clear
        case .unknown(let why): return asked.isDiagnosis ? .unknown(why) : .clear
        case .refused(let refusal): message = refusal
        }
        let words = "sshd refuses its configuration"
        guard let file = message.file else {
            return .found(Finding(self, "\(words): \(message.text.escaped())", command: "sshd -t", mandate: .reset, steps: steps))
        }
        let evidence = try Evidence(line: message.line ?? 0, of: file, message.text, facts)
        return .found(Finding(self, words, evidence: [evidence], command: "sshd -t", mandate: .reset, steps: steps))
    }
}
