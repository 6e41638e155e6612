/// The SSH unit starts sshd with options that are not the distribution's: they outvote its configuration, or sshd refuses them.
package struct OptionsAdded: Obstacle {
    package let id = "service-options"
    package let layer = Layer.listener

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        let service = try facts.service()
        if service.added.isEmpty { return .clear }
        // Another port may be what the administrator wants; a service that does not run is not.
        var weight = Finding.Weight.blocks
        if !asked.resets {
            if case .stopped = service.state {} else { weight = .note }
        }
        let evidence = service.added.map { Evidence("\($0.path):\($0.line)", $0.words.joined(separator: " ")) }
        return .found(
            Finding(
                self, "sshd is started with options of this machine's own", weight: weight, evidence: evidence, mandate: .reset,
                steps: [
                    .service(
                        "start sshd as the distribution does, without the options of \(Self.names(service))",
                        .options(try change(facts, service)))
                ]))
    }

    private static func names(_ service: ServiceAnswer) -> String {
        Set(service.added.map(\.path)).sorted().map { ForeignText($0).escaped() }.joined(separator: ", ")
    }

    private func change(_ facts: Facts, _ service: ServiceAnswer) throws(Unanswered) -> OptionsChange {
        var contents: [String: [UInt8]] = [:]
        var overrides: [String] = []
        for added in service.added {
            switch added.place {
            case .override: overrides.append(added.path)
            case .variable(let name):
                guard case .contents(let bytes) = try facts.file(added.path) else { continue }
                contents[added.path] = ServiceEnvironment.clearing(name, in: contents[added.path] ?? bytes)
            }
        }
        let files = contents.map { ConfigurationChange.File(path: $0.key, contents: $0.value) }
        return OptionsChange(files: files.sorted { $0.path < $1.path }, overrides: overrides, arguments: service.plainArguments)
    }
}
