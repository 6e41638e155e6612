/// What the catalogue says of a guest as it is: in the order in which a connection meets it.
package struct Diagnosis: Sendable {
    /// An obstacle that could not be judged.
    package struct Unknown: Sendable {
        package let id: String
        package let layer: Layer
        package let why: String
    }

    package let asked: Case
    package let findings: [Finding]
    package let unknown: [Unknown]

    /// - Throws: `Unanswered` where a fact is still missing.
    package init(_ facts: Facts, _ asked: Case) throws(Unanswered) {
        var findings: [Finding] = []
        var unknown: [Unknown] = []
        // Of an account that cannot be read nothing is fine.
        var blindness: String?
        if let user = asked.user, case .unreadable(let why) = try facts.account(user) { blindness = why }
        var asked = asked
        for obstacle in Catalogue.all {
            if let blindness, [.account, .keys, .sudo].contains(obstacle.layer) {
                unknown.append(Unknown(id: obstacle.id, layer: obstacle.layer, why: blindness))
                continue
            }
            switch try obstacle.judge(facts, asked) {
            case .clear: continue
            case .unknown(let why): unknown.append(Unknown(id: obstacle.id, layer: obstacle.layer, why: why))
            case .found(let finding): findings.append(finding)
            case .refused(let refusal): findings.append(Finding(id: obstacle.id, layer: obstacle.layer, refusal.message))
            }
            asked.found = findings.filter { $0.weight == .blocks }.map(\.id)
        }
        self.asked = asked
        // Stable: within a layer the catalogue's order stays.
        self.findings = Layer.allCases.flatMap { layer in findings.filter { $0.layer == layer } }
        self.unknown = Layer.allCases.flatMap { layer in unknown.filter { $0.layer == layer } }
    }

    package var blocking: [Finding] { findings.filter { $0.weight == .blocks } }
    package var notes: [Finding] { findings.filter { $0.weight == .note } }
}
