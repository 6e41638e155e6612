/// sshd does not listen, or not as its configuration says: its unit is stopped, failed, masked, disabled, kept from starting, or
/// has not read what is new.
package struct ServiceNotServing: Obstacle {
    package let id = "service-not-serving"
    package let layer = Layer.listener

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        let service = try facts.service()
        var words: [String] = []
        switch service.state {
        case .running, .listeningBySocket:
            if service.listeners.isEmpty { words.append("\(service.unit ?? "the SSH service") runs but listens on no TCP port") }
        case .stopped(let state): words.append("\(service.unit ?? "the SSH service") is \(state)")
        case .missing:
            return .found(Finding(self, "there is no SSH service: openssh-server is not installed", mandate: .nobody))
        case .unknown(let why): return .unknown(why)
        }
        let units: ServiceUnits
        switch try facts.units() {
        case .known(let known): units = known
        case .unknown(let why): return .unknown(why)
        }
        guard let unit = units.serving else { return .unknown("systemd has no SSH unit") }
        var steps: [Step] = []
        if unit.load == "masked" || unit.file.hasPrefix("masked") {
            words.append("\(unit.name) is masked")
            steps.append(.service("unmask \(unit.name)", .unmask(unit.name)))
        }
        if case .present = try facts.status(ConfigurationPaths.notToBeRun) {
            words.append("\(ConfigurationPaths.notToBeRun) keeps sshd from starting")
            steps.append(.service("set \(ConfigurationPaths.notToBeRun) aside", .setAside(ConfigurationPaths.notToBeRun)))
        }
        let enabled = (units.services + units.sockets).contains { unit in
            unit.file.hasPrefix("enabled") || unit.file == "static" || unit.file == "alias"
        }
        if !enabled {
            if unit.file == "disabled" { words.append("\(unit.name) is disabled: at the next boot it would not start") }
            steps.append(.service("enable \(unit.name)", .enable(unit.name)))
        }
        let newKeys = asked.planned.contains { if case .service(.hostKeys) = $0 { true } else { false } }
        let serves = unit.active == "active" && !service.listeners.isEmpty
        if !serves {
            steps.append(.service("start \(unit.name)", .start(unit.name)))
        } else if asked.configuration != nil || (asked.resets && newKeys) {
            // A socket's sshd reads its configuration at each connection.
            if unit.name.hasSuffix(".service") {
                steps.append(.service("have \(unit.name) read its configuration", .reload(unit.name)))
            }
        } else if asked.resets || asked.isDiagnosis, !units.sockets.contains(where: { $0.active == "active" }),
            unit.name.hasSuffix(".service"),
            try !Self.listensAsConfigured(facts, asked, service)
        {
            words.append("\(unit.name) does not listen where its configuration says")
            steps.append(.service("have \(unit.name) read its configuration", .reload(unit.name)))
        }
        if words.isEmpty, steps.isEmpty { return .clear }
        // A service that has failed for a reason that is found by itself is no reason of its own.
        let causes = [HostKeysUnusable().id, SeparationUnusable().id, ConfigurationChanged().id]
        if asked.isDiagnosis, !serves, words.count == 1, case .stopped = service.state,
            let cause = asked.found.first(where: causes.contains)
        {
            return .unknown("\(words[0]); whether it starts is seen when \(cause) is cleared")
        }
        // What a change of the configuration asks for goes with that change.
        let goesAlong = asked.configuration != nil && words.isEmpty
        let explanation = words.isEmpty ? "sshd is to read its configuration" : words.joined(separator: "; ")
        return .found(
            Finding(
                self, explanation, weight: asked.isDiagnosis && serves ? .note : .blocks, mandate: goesAlong ? .user : .reset, steps: steps)
        )
    }

    private static func listensAsConfigured(_ facts: Facts, _ asked: Case, _ service: ServiceAnswer) throws(Unanswered) -> Bool {
        guard let effective = try ServicePort.effective(facts, asked) else { return true }
        let listening = Set(service.listeners.map { Int($0.port) })
        return Set(effective.ports) == listening
    }
}

/// The port that sshd listens on, or is going to.
enum ServicePort {
    /// `Port` and `ListenAddress` may not stand in a `Match` block: whatever else sshd is asked tells it.
    static func effective(_ facts: Facts, _ asked: Case) throws(Unanswered) -> EffectiveConfiguration? {
        guard let user = asked.user ?? UserName("nobody") else { return nil }
        return try facts.sshd(asked.connection(of: user)).value
    }

    /// Where systemd holds the socket it is the socket's; else what sshd's configuration says.
    static func port(_ facts: Facts, _ asked: Case) throws(Unanswered) -> UInt16 {
        let service = try facts.service()
        if case .listeningBySocket = service.state, let listener = service.listeners.first { return listener.port }
        return try effective(facts, asked)?.ports.first.flatMap { UInt16(exactly: $0) } ?? service.listeners.first?.port ?? 22
    }
}
