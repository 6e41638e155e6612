/// fail2ban keeps addresses away from sshd, and whoever asks may come from one of them.
package struct SourcesBanned: Obstacle {
    package let id = "sources-banned"
    package let layer = Layer.network

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        let bans: [Ban]
        switch try facts.bans() {
        case .known(let known): bans = known
        // Whom a proof comes through to it need not know.
        case .unknown(let why): return asked.resets || asked.isDiagnosis ? .unknown(why) : .clear
        }
        if bans.isEmpty { return .clear }
        let words = bans.map { ban in
            let count = ban.addresses.count
            return
                "fail2ban's jail \(ForeignText(ban.jail).escaped(limit: 60)) keeps \(count == 1 ? "an address" : "\(count) addresses") away"
        }
        let evidence = bans.map { ban in
            let more = ban.addresses.count > 5 ? ", ..." : ""
            return Evidence("fail2ban-client get \(ban.jail) banip", ban.addresses.prefix(5).joined(separator: ", ") + more)
        }
        // Others are banned for what they did: only of a stranger who is asked about is it known that this is in the way.
        let isAsked = asked.source.map { source in bans.contains { $0.addresses.contains(source) } } ?? false
        let steps = bans.map { ban in
            Step.service("lift what fail2ban's jail \(ForeignText(ban.jail).escaped(limit: 60)) bans (\(ban.addresses.count))", .unban(ban))
        }
        return .found(
            Finding(
                self, words.joined(separator: "; "), weight: isAsked ? .blocks : .note, evidence: evidence, mandate: .reset,
                remedy: "if the user's address is among them, send \"reset_ssh\": true", steps: steps))
    }
}
