/// Plans what is the SSH service's, which all else rests on.
enum ServicePlanner {
    struct Result {
        let plan: Plan
        /// The configuration that sshd will have.
        let configuration: ConfigurationChange?
    }

    /// - Throws: `Unanswered`, or the `Refusal` of an obstacle.
    static func plan(_ request: Request, _ facts: Facts) throws -> Result {
        var asked = ServiceCase(
            user: request.subject, wanted: request.user, resets: request.resetSSH, restores: request.restoresBackup)
        var facts = facts
        var steps: [Step] = []
        var blocked: [Finding] = []
        var unknown: [(id: String, why: String)] = []
        guard request.user != nil || request.resetSSH || request.restoresBackup else {
            return Result(plan: Plan(steps: [], blocked: [], unknown: []), configuration: nil)
        }
        for obstacle in Catalogue.service {
            switch try obstacle.judge(facts, asked) {
            case .clear: continue
            case .unknown(let why): unknown.append((obstacle.id, why))
            case .refused(let refusal): throw refusal
            case .found(let finding):
                guard covers(finding, asked), !finding.steps.isEmpty else {
                    blocked.append(finding)
                    continue
                }
                steps += finding.steps
                asked.planned += finding.steps.compactMap { if case .service(let change) = $0.change { change } else { nil } }
                if let change = asked.configuration { facts = facts.assuming(change) }
            }
        }
        if !steps.isEmpty { steps = try [guardStep(facts)].compactMap(\.self) + steps + [connectStep] }
        return Result(plan: Plan(steps: steps, blocked: blocked, unknown: unknown), configuration: asked.configuration)
    }

    private static func covers(_ finding: Finding, _ asked: ServiceCase) -> Bool {
        switch finding.mandate {
        case .user: true
        case .reset: asked.resets || (asked.restores && finding.id == BackupNotRestored().id)
        case .nobody: false
        }
    }

    private static func guardStep(_ facts: Facts) throws(Unanswered) -> Step? {
        guard let unit = try facts.units().value?.serving else { return nil }
        let change = ServiceChange.guarded(unit: unit.name, isActive: unit.active == "active")
        return Step(.service, "note how \(unit.name) serves now", .service(change))
    }

    private static let connectStep = Step(.service, "connect to sshd", .service(.connect))
}
