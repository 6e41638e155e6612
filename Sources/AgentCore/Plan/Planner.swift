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

    /// The same where no sshd runs that could be asked.
    package var withoutConnecting: Plan {
        let steps = steps.filter { if case .service(.connect) = $0.change { false } else { true } }
        return Plan(steps: steps, blocked: blocked, unknown: unknown, notes: notes)
    }

    /// The dry run.
    package var lines: [String] {
        let todo = steps.map { ($0.summary, $0.isLasting) } + (disks?.tasks ?? []).map { ($0.summary, $0.action == .repair) }
        var lines = todo.enumerated().map { "\($0.offset + 1). \($0.element.0)\($0.element.1 ? " (cannot be undone)" : "")" }
        if lines.isEmpty { lines.append("nothing to do: the guest is as the settings ask") }
        lines += (notes.map(\.text) + (disks?.notes ?? [])).map { "note: \($0)" }
        lines += blocked.map { "in the way, and not covered by these settings: \($0.sentence); \($0.remedy)" }
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
        guard request.user != nil || request.resetSSH || request.restoresBackup else { return Plan(steps: [], blocked: [], unknown: []) }
        if let wanted = request.user, !wanted.keys.isEmpty, case .refused(let refusal) = try facts.requestKeys() { throw refusal }
        var asked = Case(request)
        var facts = facts
        var steps: [Step] = []
        var blocked: [Finding] = []
        var unknown: [(id: String, why: String)] = []
        for obstacle in Catalogue.all {
            switch try obstacle.judge(facts, asked) {
            case .clear: continue
            case .unknown(let why): unknown.append((obstacle.id, why))
            case .refused(let refusal): throw refusal
            case .found(let finding):
                guard asked.mandates.contains(finding.mandate), !finding.steps.isEmpty else {
                    // What only may matter is for a diagnosis.
                    if finding.weight == .blocks { blocked.append(finding) }
                    continue
                }
                steps += finding.steps
                asked.planned += finding.steps.map(\.change)
                // What is judged from here on is judged as it will be.
                if let change = asked.configuration { facts = facts.assuming(change) }
            }
        }
        return Plan(steps: try served(steps, facts), blocked: blocked, unknown: unknown)
    }

    /// `steps`, with what keeps sshd serving around those that are about the service.
    ///
    /// - Parameter connects: whether sshd must answer when they are done; not where something else is known to be in its way.
    package static func served(_ steps: [Step], _ facts: Facts, connects: Bool = true) throws(Unanswered) -> [Step] {
        guard let last = steps.lastIndex(where: { $0.topic == .service }) else { return steps }
        var steps = steps
        if connects { steps.insert(.service("connect to sshd", .connect), at: last + 1) }
        if let unit = try facts.units().value?.serving {
            let change = ServiceChange.guarded(unit: unit.name, isActive: unit.active == "active")
            steps.insert(.service("note how \(unit.name) serves now", change), at: 0)
        }
        return steps
    }
}
