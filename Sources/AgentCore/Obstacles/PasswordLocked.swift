/// The password field has the lock mark `!`, and sshd, without PAM, refuses such an account its keys too (`allowed_user` in auth.c).
///
/// Only where no new password is asked for, which replaces the field. The mark becomes a `*`: no password that the administrator locked
/// is made usable, and what follows the mark stays.
package struct PasswordLocked: Obstacle {
    package let id = "password-locked"
    package let layer = Layer.account

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        guard asked.wanted?.password == nil else { return .clear }
        switch try facts.account(user) {
        case .local(let account) where account.shadow?.hasLockMark == true: break
        // useradd gives a new account the mark.
        case .absent where !asked.isDiagnosis: break
        default: return .clear
        }
        guard case .known(let configuration) = try facts.sshd(asked.keysConnection(of: user)) else {
            return .unknown("whether sshd uses PAM is not known, and without PAM a locked password refuses keys too")
        }
        guard configuration.usePAM == false else { return .clear }
        let step = Step(
            .account, "take the lock off the account \(user.text), which keeps its keys out; no password is made usable",
            .lockMark(user))
        return .found(
            Finding(self, "the password of \(user.text) is locked, and sshd has UsePAM no", mandate: .user, steps: [step]))
    }
}
