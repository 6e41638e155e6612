extension Report {
    /// What a transaction brought about: the words of its steps, by topic, in order.
    package struct Work: Sendable {
        package let plan: Plan
        /// What steps had to tell besides that they were done, by topic.
        package let notes: [(topic: Topic, text: String)]

        package init(plan: Plan, notes: [(topic: Topic, text: String)]) {
            self.plan = plan
            self.notes = notes
        }
    }

    /// The last word of a run whose changes stand.
    ///
    /// - Parameters:
    ///   - proof: nil where there is none.
    ///   - unproven: why there is none.
    ///   - remaining: what refuses the user still, where the proof failed: the same catalogue, looked at after the work.
    package init(
        carriedOut request: Request, work: Work, proof: Proof?, unproven: String = "a proof was not wanted (--no-proof)",
        remaining: [Finding] = []
    ) {
        var outcomes = request.warnings.map { Outcome(.settings, .warning, $0) }
        outcomes += Report.outcomes(of: work, request)
        let blocked = work.plan.blocked + remaining.filter { finding in !work.plan.blocked.contains { $0.id == finding.id } }
        for finding in blocked {
            outcomes.append(Outcome(finding.layer.topic, .warning, "\(finding.sentence); \(finding.remedy)"))
        }
        for (id, why) in work.plan.unknown {
            outcomes.append(Outcome(Report.topic(of: id), .warning, "\(id) could not be judged: \(why)"))
        }
        guard let proof else {
            let message = "done, but not proven: \(unproven)"
            outcomes.append(Outcome(.proof, .warning, "no login was tried"))
            self.init(verdict: .warning, message: message, outcomes: outcomes, exitCode: .success)
            return
        }
        outcomes.append(Outcome(.proof, proof.isProven ? .success : .warning, "\(proof.message); \(Proof.reach)"))
        let obstacles = blocked.map { "\($0.sentence); \($0.remedy)" } + work.plan.unknown.map { $0.why }
        if proof.isProven, obstacles.isEmpty {
            self.init(verdict: .success, message: "Enable succeeded. \(proof.summary)", outcomes: outcomes, exitCode: .success)
        } else if proof.isProven {
            self.init(
                verdict: .warning, message: "\(proof.summary), but \(obstacles.joined(separator: "; "))", outcomes: outcomes,
                exitCode: .success)
        } else {
            let message = (["done, but the login is not proven"] + obstacles + [proof.message] + proof.advice).joined(separator: "; ")
            self.init(verdict: .warning, message: message, outcomes: outcomes, exitCode: .success)
        }
    }

    /// One outcome for each topic that the request is about.
    private static func outcomes(of work: Work, _ request: Request) -> [Outcome] {
        var topics: [Topic] = []
        if let user = request.user {
            topics.append(.account)
            if user.password != nil { topics.append(.password) }
            if !user.keys.isEmpty { topics.append(.authorizedKeys) }
            topics.append(.sudo)
        }
        if request.resetSSH || request.restoresBackup { topics.append(.service) }
        for step in work.plan.steps where !topics.contains(step.topic) { topics.append(step.topic) }
        // Where something stands in the way or is not known, it is not "as asked"; that is told by itself.
        let troubled = work.plan.blocked.map(\.layer.topic) + work.plan.unknown.map { topic(of: $0.id) }
        return topics.compactMap { topic in
            let done = work.plan.steps.filter { $0.topic == topic }.map(\.summary)
            let notes = work.notes.filter { $0.topic == topic }.map(\.text)
            if done.isEmpty, notes.isEmpty, troubled.contains(topic) { return nil }
            let words = done.isEmpty ? ["already as asked"] : ["done: " + done.joined(separator: ", ")]
            return Outcome(topic, .success, (words + notes).joined(separator: "; "))
        }
    }

    private static func topic(of obstacle: String) -> Topic {
        Catalogue.obstacle(obstacle)?.layer.topic ?? .service
    }
}

extension Proof {
    /// How far a proof reaches, for all of them.
    static let reach = "what filters in front of this machine (a cloud's network rules) cannot be seen from here"

    /// What to do next where it failed for a reason that can be told from it.
    var advice: [String] {
        isFiltered ? ["a firewall of this machine lets nobody in from outside; send \"reset_ssh\": true"] : []
    }
}

extension Layer {
    /// Where the status tells of it.
    var topic: Topic {
        switch self {
        case .network, .listener, .server: .service
        case .account: .account
        case .keys: .authorizedKeys
        case .session: .proof
        case .sudo: .sudo
        }
    }
}
