/// The request's password is not the user's yet.
package struct PasswordNotSet: Obstacle {
    package let id = "password-not-set"
    package let layer = Layer.account

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        guard asked.wanted?.password != nil else { return .clear }
        if case .local(let account) = try facts.account(user), account.shadow?.password == .set,
            case .known(true) = try facts.passwordMatches(user)
        {
            return .clear
        }
        let step = Step(.password, "set the password of \(user.text)", .password(user))
        return .found(Finding(self, "the password of \(user.text) is another", mandate: .user, steps: [step]))
    }
}
