/// pam_faillock or pam_tally2 has counted failed logins, and may refuse the right password for them.
package struct FailuresCounted: Obstacle {
    package let id = "failures-counted"
    package let layer = Layer.account

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        guard case .local = try facts.account(user) else { return .clear }
        let failures: CountedFailures
        switch try facts.countedFailures(user) {
        case .known(let known): failures = known
        case .unknown(let why): return .unknown(why)
        }
        let name = user.text
        var steps: [Step] = []
        var words: [String] = []
        // Not undone: the next failure would only count from there.
        for folder in failures.faillock where folder.count > 0 {
            words.append("pam_faillock counts \(folder.count) failed logins of \(name) in \(ForeignText(folder.path).escaped())")
            steps.append(
                Step(
                    .account, "reset the \(folder.count) failed logins that pam_faillock counts",
                    .tool(Self.faillock(folder.path, user, resets: true), undo: nil)))
        }
        if failures.tally > 0 {
            words.append("pam_tally2 counts \(failures.tally) failed logins of \(name)")
            steps.append(
                Step(
                    .account, "reset the \(failures.tally) failed logins that pam_tally2 counts",
                    .tool(ToolCall(.pamTally2, ["--user", name, "--reset", "--quiet"]), undo: nil)))
        }
        if steps.isEmpty { return .clear }
        // Fewer than it takes are told, and forgotten by themselves.
        let isLocked = max(failures.faillock.map(\.count).max() ?? 0, failures.tally) >= failures.limit
        return .found(
            Finding(self, words.joined(separator: "; "), weight: isLocked ? .blocks : .note, mandate: .user, steps: steps))
    }

    /// faillock(8), told the folder: it does not ask PAM's configuration for it.
    package static func faillock(_ folder: String, _ user: UserName, resets: Bool = false) -> ToolCall {
        ToolCall(.faillock, ["--dir", folder, "--user", user.text] + (resets ? ["--reset"] : []))
    }
}
