/// A packet filter drops connections to sshd's port, or their answers.
package struct FirewallClosed: Obstacle {
    package let id = "firewall-closed"
    package let layer = Layer.network

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        let port = try ServicePort.port(facts)
        let rules: FirewallRules
        switch try facts.firewall(port) {
        case .known(let known): rules = known
        // Without a reset nothing hangs on the rules: the proof comes through them.
        case .unknown(let why): return asked.resets || asked.isDiagnosis ? .unknown(why) : .clear
        }
        let openings = rules.openings(for: port)
        if openings.isEmpty { return .clear }
        let reasons = openings.map(\.reason).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let steps = openings.map { opening in
            let words =
                "let \(opening.rule.mark) through \(ForeignText(opening.rule.chain).escaped(limit: 60)) of the table "
                + "\(opening.rule.family) \(ForeignText(opening.rule.table).escaped(limit: 60))"
            return Step.service(words, .accept(opening))
        }
        let words = "the firewall lets nobody in to port \(port): \(reasons.joined(separator: ", "))"
        return .found(Finding(self, words, mandate: .reset, steps: steps))
    }
}
