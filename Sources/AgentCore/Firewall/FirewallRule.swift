/// One rule: what it is about, as far as it bears on a packet of SSH's, and what it says.
struct FirewallRule: Sendable {
    enum Verdict: Hashable, Sendable {
        case none, accept, back
        /// `drop` or `reject`.
        case refuse(String)
        case jump(String, returns: Bool)
    }

    let verdict: Verdict
    let conditions: [FirewallCondition]

    /// What it is about, for a sentence.
    var shown: String {
        let words = conditions.filter { if case .other = $0.field { false } else { true } }.map(\.shown)
        return words.isEmpty ? "everything" : words.joined(separator: " ")
    }

    /// Whether it is about such a packet, whoever sends it.
    func applies(to travel: FirewallTravel) -> Bool {
        conditions.allSatisfy { condition in
            // Whom a rule means to let in is let in by it.
            if case .source = condition.field, case .somebody = travel.source {
                if case .refuse = verdict {} else { return true }
            }
            return condition.holds(for: travel)
        }
    }
}
