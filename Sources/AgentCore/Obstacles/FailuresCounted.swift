/// pam_faillock or pam_tally2 has counted failed logins, and may refuse the right password for them.
package struct FailuresCounted: Obstacle {
    package let id = "failures-counted"
    package let layer = Layer.account

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard case .local = try facts.account(asked.user) else { return .clear }
        let failures: CountedFailures
        switch try facts.countedFailures(asked.user) {
        case .known(let known): failures = known
        case .unknown(let why): return .unknown(why)
        }
        let name = asked.user.text
        var steps: [Step] = []
        var words: [String] = []
        // Not undone: the next failure would only count from there.
        if failures.faillock > 0 {
            words.append("pam_faillock counts \(failures.faillock) failed logins of \(name)")
            steps.append(
                Step(
                    .account, "reset the \(failures.faillock) failed logins that pam_faillock counts",
                    .tool(ToolCall(.faillock, ["--user", name, "--reset"]), undo: nil)))
        }
        if failures.tally > 0 {
            words.append("pam_tally2 counts \(failures.tally) failed logins of \(name)")
            steps.append(
                Step(
                    .account, "reset the \(failures.tally) failed logins that pam_tally2 counts",
                    .tool(ToolCall(.pamTally2, ["--user", name, "--reset", "--quiet"]), undo: nil)))
        }
        if steps.isEmpty { return .clear }
        return .found(Finding(self, words.joined(separator: "; "), mandate: .user, steps: steps))
    }
}
