/// What is to be done for a request, in order; and what stands in the way that the request does not cover.
package struct Plan: Sendable {
    package let steps: [Step]
    /// Met, but not this request's to clear.
    package let blocked: [Finding]
    /// Obstacles that could not be judged, with why.
    package let unknown: [(id: String, why: String)]
    /// What is worth telling besides: what is left alone on purpose.
    package let notes: [(topic: Topic, text: String)]
    /// File systems to check or repair, after the steps; nil where none was asked for.
    package var disks: DiskPlanner.Result?

    package init(
        steps: [Step], blocked: [Finding], unknown: [(id: String, why: String)], notes: [(topic: Topic, text: String)] = []
    ) {
        self.steps = steps
        self.blocked = blocked
        self.unknown = unknown
        self.notes = notes
    }

    /// The dry run.
    package var lines: [String] {
        let todo = steps.map { ($0.summary, $0.isLasting) } + (disks?.tasks ?? []).map { ($0.summary, $0.action == .repair) }
        var lines = todo.enumerated().map { "\($0.offset + 1). \($0.element.0)\($0.element.1 ? " (cannot be undone)" : "")" }
        if lines.isEmpty { lines.append("nothing to do: the guest is as the settings ask") }
        lines += (notes.map(\.text) + (disks?.notes ?? [])).map { "note: \($0)" }
        lines += blocked.map { "in the way, and not covered by these settings: \($0.explanation); \($0.mandate.remedy)" }
        lines += unknown.map { "not known: \($0.id): \($0.why)" }
        return lines
    }
}

package enum Planner {
    /// Plans `request` against what is known. Pure; asks for missing facts by throwing `Unanswered`.
    ///
    /// - Parameter site: what binds settings from outside; nil for those of somebody who is root here.
    /// - Throws: `Unanswered`, or the `Refusal` of an obstacle: then nothing is to be changed.
    package static func plan(_ request: Request, _ facts: Facts, under site: Configuration? = nil) throws -> Plan {
        try site?.judge(request, facts)
        var plan = try planLogins(request, facts)
        plan.disks = try request.disk.map { try DiskPlanner.plan($0, facts) }
        return plan
    }

    private static func planLogins(_ request: Request, _ facts: Facts) throws -> Plan {
        if let removal = request.removal { return try RemovalPlanner.plan(removal, facts) }
        let service = try ServicePlanner.plan(request, facts)
        let facts = service.configuration.map { facts.assuming($0) } ?? facts
        guard let wanted = request.user else { return service.plan }
        if case .refused(let refusal) = wanted.keys.isEmpty ? .accepted([]) : try facts.requestKeys() { throw refusal }
        var mandates: Set<Mandate> = [.user]
        if request.resetSSH { mandates.insert(.reset) }
        let asked = Case(user: wanted.name, wanted: wanted, mandates: mandates)
        var steps = service.plan.steps
        var blocked = service.plan.blocked
        var unknown = service.plan.unknown
        for obstacle in Catalogue.all {
            switch try obstacle.judge(facts, asked) {
            case .clear: continue
            case .unknown(let why): unknown.append((obstacle.id, why))
            case .refused(let refusal): throw refusal
            case .found(let finding):
                if mandates.contains(finding.mandate), !finding.steps.isEmpty { steps += finding.steps } else { blocked.append(finding) }
            }
        }
        return Plan(steps: steps, blocked: blocked, unknown: unknown)
    }
}
