/// A packet filter drops connections to sshd's port, or their answers.
package struct FirewallClosed: Obstacle {
    package let id = "firewall-closed"
    package let layer = Layer.network

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        let port = try ServicePort.port(facts, asked)
        let rules: FirewallRules
        switch try facts.firewall(port) {
        case .known(let known): rules = known
        // Without a reset nothing hangs on the rules: the proof comes through them.
        case .unknown(let why): return asked.resets || asked.isDiagnosis ? .unknown(why) : .clear
        }
        var openings = rules.openings(for: port)
        var isForSome = false
        if let address = asked.source.flatMap({ SSHDAddress(Array($0.utf8)) }) {
            let refusal = rules.refusal(of: port, from: .address(address))
            openings.removeAll { $0.rule.packet == .request(port) }
            if let refusal {
                // A rule about certain addresses is somebody's intention, or a ban that ends by itself: told, and left.
                let isForAll = rules.refusal(of: port, from: .somebody) != nil
                openings = isForAll ? rules.openings(for: port) : []
                if openings.isEmpty {
                    let words = "the firewall does not let \(asked.source ?? "") in to port \(port): \(refusal)"
                    return .found(
                        Finding(self, words, mandate: .nobody, remedy: "take that rule or ban away, or come from elsewhere"))
                }
            }
        } else if asked.isDiagnosis {
            isForSome = openings.contains { $0.rule.packet == .request(port) } && rules.refusal(of: port, from: .somebody) == nil
        }
        if openings.isEmpty { return .clear }
        let reasons = openings.map(\.reason).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let steps = openings.map { opening in
            let words =
                "let \(opening.rule.mark) through \(ForeignText(opening.rule.chain).escaped(limit: 60)) of the table "
                + "\(opening.rule.family) \(ForeignText(opening.rule.table).escaped(limit: 60))"
            return Step.service(words, .accept(opening))
        }
        if isForSome {
            let words = "the firewall lets only certain addresses in to port \(port); --from ADDRESS asks about one"
            return .found(
                Finding(self, words, weight: .note, mandate: .word, remedy: "come from one of them", steps: steps))
        }
        let words = "the firewall lets nobody in to port \(port): \(reasons.joined(separator: ", "))"
        return .found(Finding(self, words, mandate: .reset, steps: steps))
    }
}
