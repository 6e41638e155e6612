extension Report {
    /// One obstacle that `repair` set about.
    package struct Attempt: Sendable {
        package let finding: Finding
        /// Why it could not be cleared; it is as it was then.
        package let failure: String?

        package init(_ finding: Finding, failure: String?) {
            self.finding = finding
            self.failure = failure
        }
    }

    /// The last word of a repair.
    ///
    /// - Parameters:
    ///   - left: what is still found, of what was found again after all.
    ///   - proof: nil where none was wanted.
    package init(repaired attempts: [Attempt], left: RepairChoice, unknown: [Diagnosis.Unknown], proof: Proof?) {
        var outcomes: [Outcome] = []
        for attempt in attempts {
            let topic = Self.topic(attempt.finding)
            if let failure = attempt.failure {
                outcomes.append(Outcome(topic, .error, "\(attempt.finding.id): not cleared: \(failure)"))
            } else {
                let done = attempt.finding.steps.map(\.summary).joined(separator: ", ")
                outcomes.append(Outcome(topic, .success, "\(attempt.finding.id): cleared: \(done)"))
            }
        }
        var remains = left.left
        for finding in left.chosen where !attempts.contains(where: { $0.finding.id == finding.id && $0.failure != nil }) {
            remains.append((finding, "it came back"))
        }
        for (finding, why) in remains {
            let verdict: Verdict = finding.weight == .blocks ? .warning : .success
            outcomes.append(Outcome(Self.topic(finding), verdict, "\(finding.id): \(finding.sentence); \(why)"))
        }
        for unknown in unknown {
            outcomes.append(
                Outcome(
                    unknown.layer == .session ? .service : unknown.layer.topic, .warning,
                    "\(unknown.id) could not be judged: \(unknown.why)"))
        }
        if let proof {
            outcomes.append(Outcome(.proof, proof.isProven ? .success : .warning, "\(proof.message); \(Proof.reach)"))
        } else {
            outcomes.append(Outcome(.proof, .warning, "no login was tried"))
        }

        let failures = attempts.compactMap { attempt in attempt.failure.map { "\(attempt.finding.id): \($0)" } }
        let blocking = remains.filter { $0.finding.weight == .blocks }.map { "\($0.finding.sentence); \($0.why)" }
        let cleared = attempts.filter { $0.failure == nil }.map(\.finding.id)
        let done = cleared.isEmpty ? "nothing had to be cleared" : "cleared: \(cleared.joined(separator: ", "))"
        let proven = proof.map { $0.isProven ? $0.summary : "not proven: \($0.message)" } ?? "not proven (--no-proof)"
        if !failures.isEmpty {
            let message = "\((["could not clear \(failures.joined(separator: "; "))"] + blocking).joined(separator: "; ")); \(done)"
            self.init(verdict: .error, message: message, outcomes: outcomes, exitCode: .failure)
        } else if !blocking.isEmpty {
            let message = "\(done), but still in the way: \(blocking.joined(separator: "; "))"
            self.init(verdict: .warning, message: message, outcomes: outcomes, exitCode: .findings)
        } else {
            let isProven = proof?.isProven == true
            self.init(verdict: isProven ? .success : .warning, message: "\(done); \(proven)", outcomes: outcomes, exitCode: .success)
        }
    }

    /// Where its remedy is at work; the proof has a substatus of its own.
    private static func topic(_ finding: Finding) -> Topic {
        finding.steps.first?.topic ?? (finding.layer == .session ? .service : finding.layer.topic)
    }
}
