extension Report {
    /// The last word of a removal.
    ///
    /// - Parameters:
    ///   - wasThere: whether there was such an account.
    ///   - remains: what was looked for afterwards and is still there; nil where no proof was wanted.
    package init(removed user: UserName, wasThere: Bool, work: Work, problems: [String], remains: [String]?, warnings: [String]) {
        var outcomes = warnings.map { Outcome(.settings, .warning, $0) }
        for topic in Topic.allCases {
            let done = work.plan.steps.filter { $0.topic == topic }.map(\.summary)
            let told = work.plan.notes.filter { $0.topic == topic }.map(\.text) + work.notes.filter { $0.topic == topic }.map(\.text)
            let words = (done.isEmpty ? [] : ["done: " + done.joined(separator: ", ")]) + told
            if !words.isEmpty { outcomes.append(Outcome(topic, problems.isEmpty ? .success : .warning, words.joined(separator: "; "))) }
        }
        let what = wasThere ? "the user \(user.text) is removed" : "there is no user \(user.text): nothing to remove"
        if !problems.isEmpty {
            let message = "\(user.text) is not wholly removed: \(problems.joined(separator: "; ")); see to that by hand"
            outcomes.append(Outcome(.account, .error, message))
            self.init(verdict: .error, message: "Enable failed: \(message)", outcomes: outcomes, exitCode: .failure)
        } else if let remains, remains.isEmpty {
            let proof = "no account, grant, key or process of \(user.text) is left"
            outcomes.append(Outcome(.proof, .success, proof))
            self.init(verdict: .success, message: "Enable succeeded. \(what); \(proof)", outcomes: outcomes, exitCode: .success)
        } else {
            let message = remains.map { "still there: \($0.joined(separator: "; "))" } ?? "not looked at again (--no-proof)"
            outcomes.append(Outcome(.proof, .warning, message))
            self.init(verdict: .warning, message: "\(what), but \(message)", outcomes: outcomes, exitCode: .success)
        }
    }
}
