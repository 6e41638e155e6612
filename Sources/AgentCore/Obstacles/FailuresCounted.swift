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
        // Fewer than it takes are told, and forgotten by themselves.
        let isLocked = max(failures.faillock, failures.tally) >= (try Self.limit(facts))
        return .found(
            Finding(self, words.joined(separator: "; "), weight: isLocked ? .blocks : .note, mandate: .user, steps: steps))
    }

    /// From how many failures on a login is refused: `deny` in faillock.conf(5), 3 by default.
    private static func limit(_ facts: Facts) throws(Unanswered) -> Int {
        guard case .contents(let bytes) = try facts.file("/etc/security/faillock.conf") else { return 3 }
        for line in bytes.split(separator: 0x0a) {
            let words = line.split { [0x20, 0x09, UInt8(ascii: "=")].contains($0) }
            if words.count >= 2, words[0].elementsEqual("deny".utf8), let limit = PasswdFile.decimal(words[1]) { return Int(limit) }
        }
        return 3
    }
}
