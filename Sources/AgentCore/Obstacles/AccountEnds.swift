/// The account's end (shadow(5), eighth field) has come, or is not what the request asks for.
package struct AccountEnds: Obstacle {
    package let id = "account-ends"
    package let layer = Layer.account

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        let today = try facts.today()
        let wanted = asked.wanted?.expiration
        if let wanted, wanted.days <= today {
            return .refused(
                Refusal(
                    reason: "bad-expiration",
                    message: "\"expiration\" is \(wanted.text), which is not in the future: the account would be closed at once; "
                        + "send a later date, or none"))
        }
        let account: Account
        switch try facts.account(user) {
        case .local(let local): account = local
        case .unreadable(let why): return .unknown(why)
        case .absent, .foreign: return .clear
        }
        let current = account.shadow?.expires
        let words: String
        if let wanted {
            if current == wanted.days { return .clear }
            words = "set the account's end to \(wanted.text)"
        } else {
            guard let current, current <= today else { return .clear }
            words = "take away the account's end, which has come"
        }
        let change = ToolCall(.usermod, ["--expiredate", wanted?.text ?? "", "--", user.text])
        let before = current.map { Expiration(days: $0).text } ?? ""
        let undo = ToolCall(.usermod, ["--expiredate", before, "--", user.text])
        let explanation =
            if let current, current <= today {
                "the account \(user.text) ended on \(before)"
            } else {
                "the account \(user.text) ends \(before.isEmpty ? "never" : "on \(before)")"
            }
        return .found(Finding(self, explanation, mandate: .user, steps: [Step(.account, words, .tool(change, undo: undo))]))
    }
}
