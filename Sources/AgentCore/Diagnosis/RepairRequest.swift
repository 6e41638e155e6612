/// What `repair` is to clear.
package struct RepairRequest: Hashable, Sendable {
    package let question: DiagnosisQuestion
    /// The ids that it was told; empty: whatever blocks, and is not reserved for an explicit word.
    package let only: [String]
    package let isDryRun: Bool
    package let proves: Bool

    /// - Throws: for an id that no obstacle has.
    package init(_ question: DiagnosisQuestion, only: [String] = [], isDryRun: Bool = false, proves: Bool = true) throws(UsageError) {
        for id in only where Catalogue.obstacle(id) == nil {
            let complaint = CommandLineParser.unknown(id, "obstacle", among: Catalogue.all.map(\.id))
            throw UsageError(message: "--only: \(complaint.message)")
        }
        self.question = question
        self.only = only
        self.isDryRun = isDryRun
        self.proves = proves
    }
}

/// A diagnosis, sorted into what `repair` clears and what it leaves.
package struct RepairChoice: Sendable {
    /// In the order in which remedies are carried out.
    package let chosen: [Finding]
    /// With what would clear it.
    package let left: [(finding: Finding, why: String)]

    package init(_ diagnosis: Diagnosis, _ request: RepairRequest) {
        let order = Dictionary(uniqueKeysWithValues: Catalogue.all.enumerated().map { ($1.id, $0) })
        var chosen: [Finding] = []
        var left: [(finding: Finding, why: String)] = []
        // What lies on the account files is in the way of every other change of an account.
        let needsAccountTools = diagnosis.blocking.contains { $0.layer == .account && !$0.steps.isEmpty }
        for finding in diagnosis.findings.sorted(by: { (order[$0.id] ?? 0) < (order[$1.id] ?? 0) }) {
            if finding.steps.isEmpty || finding.mandate == .nobody {
                left.append((finding, finding.remedy))
            } else if finding.id == AccountFilesLocked().id, needsAccountTools {
                chosen.append(finding)
            } else if request.only.isEmpty, finding.weight == .note || finding.mandate == .word {
                left.append((finding, "cleared only where it is named: repair --only \(finding.id)"))
            } else if request.only.isEmpty || request.only.contains(finding.id) {
                chosen.append(finding)
            } else {
                left.append((finding, "not named by --only"))
            }
        }
        self.chosen = chosen
        self.left = left
    }

    /// The steps that clear `finding`, with what goes along with them.
    ///
    /// - Throws: `Unanswered` where a fact is still missing.
    package static func steps(_ finding: Finding, of diagnosis: Diagnosis, _ facts: Facts) throws(Unanswered) -> [Step] {
        var steps = finding.steps
        var asked = diagnosis.asked
        asked.planned = steps.map(\.change)
        if let change = asked.configuration, case .found(let along) = try ServiceNotServing().judge(facts.assuming(change), asked),
            along.mandate == .user
        {
            steps += along.steps
        }
        // As long as something else keeps sshd from answering, an answer cannot be asked for.
        let service: [Layer] = [.network, .listener, .server]
        let others =
            diagnosis.blocking.contains { $0.id != finding.id && service.contains($0.layer) && $0.mandate != .user }
            || diagnosis.unknown.contains { $0.id == ServiceNotServing().id }
        return try Planner.served(steps, facts, connects: !others)
    }

    /// The dry run.
    package var lines: [String] {
        var lines: [String] = []
        for finding in chosen {
            lines.append("\(finding.id): \(finding.sentence)")
            lines += finding.steps.map { "  \($0.summary)" }
        }
        if lines.isEmpty { lines.append("nothing to clear") }
        for (finding, why) in left { lines.append("left: \(finding.id): \(finding.sentence); \(why)") }
        if !chosen.isEmpty { lines.append("what comes to light only when these are cleared is cleared too, and not listed here") }
        return lines.map { ForeignText($0).escaped(limit: 1000) }
    }

    package var document: JSONOutput {
        .object([
            ("version", .integer(1)),
            ("clears", .array(chosen.map { DiagnosisDocument.finding($0, repair: nil) })),
            (
                "leaves",
                .array(
                    left.map {
                        .object([("finding", DiagnosisDocument.finding($0.finding, repair: nil)), ("why", DiagnosisDocument.text($0.why))])
                    })
            ),
        ])
    }
}
