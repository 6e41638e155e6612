/// The password is too old (shadow(5)): PAM demands a new one at the login, also from those who come with a key, or refuses it.
package struct PasswordAged: Obstacle {
    package let id = "password-aged"
    package let layer = Layer.account

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        guard case .local(let account) = try facts.account(user), let shadow = account.shadow else { return .clear }
        guard let words = Self.fault(shadow, today: try facts.today()) else { return .clear }
        let name = user.text
        let change = ToolCall(.chage, ["--lastday", Expiration(days: try facts.today()).text, "--", name])
        let undo = ToolCall(.chage, ["--lastday", shadow.lastChange.map(String.init) ?? "-1", "--", name])
        let step = Step(.account, "let the password of \(name), which \(words), count as changed today", .tool(change, undo: undo))
        return .found(Finding(self, "the password of \(name) \(words)", mandate: .user, steps: [step]))
    }

    /// pam_unix's rule (`check_shadow_expiry` in passverify.c).
    package static func fault(_ shadow: ShadowEntry, today: Int) -> String? {
        guard let last = shadow.lastChange else { return nil }
        if last == 0 { return "must be changed at the next login" }
        guard let maximum = shadow.maximumAge, today - last > maximum else { return nil }
        if let inactive = shadow.inactive, today - last > maximum + inactive {
            return "is older than the \(maximum) days allowed, and was not changed in the \(inactive) days after them"
        }
        return "is older than the \(maximum) days allowed"
    }
}
