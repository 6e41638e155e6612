/// There is no home, or something else in its place.
package struct HomeMissing: Obstacle {
    package let id = "home-missing"
    package let layer = Layer.account

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        guard case .local(let account) = try facts.account(user) else { return .clear }
        let home = account.entry.home
        let shown = home.isEmpty ? "(none)" : home.escaped()
        if asked.needsKeys, let fresh = try HomeReplacement.of(account, user, facts) {
            let steps = try HomeReplacement.steps(user, account, fresh, facts)
            return .found(Finding(self, "the home of \(user.text), \(shown), is no place for one", mandate: .user, steps: steps))
        }
        let answer = try facts.home(user)
        let make = HomeChange(user: user, home: home, .make(mode: try facts.accountDefaults().homeMode))
        switch answer.state {
        case .directory: return .clear
        case .unreadable(let why): return .unknown("the home \(shown) cannot be looked at: \(why)")
        case .dangling:
            return .found(
                Finding(
                    self, "the home \(shown) is reached by a link that leads nowhere; is its file system not mounted?", mandate: .nobody))
        case .absent, .notDirectory: break
        }
        // Whoever comes with a password works without one.
        if !asked.needsKeys, !HomePath.isPersonal(home) { return .clear }
        guard HomePath.isPersonal(home), answer.isRootsPath else {
            let why = HomePath.isPersonal(home) ? "a folder above it is not root's alone" : "that is no path for one person's home"
            return .found(Finding(self, "there is no home \(shown), and it cannot be made: \(why)", mandate: .nobody))
        }
        var steps = [Step(.account, "make the home \(shown)", .home(make))]
        var words = "the home \(shown) does not exist"
        if case .notDirectory(let status) = answer.state {
            words = "the home \(shown) is \(status.kind.rawValue)"
            steps.insert(
                Step(
                    .account, "move \(status.kind.rawValue) at \(shown) out of the way",
                    .home(HomeChange(user: user, home: home, .setAside))),
                at: 0)
        }
        return .found(Finding(self, words, mandate: .user, steps: steps))
    }
}
