/// A reason why sshd lets somebody in, or nobody, that is not the user's own: its configuration, unit, keys, and the ways to it.
/// Judged before what is the user's, since all of that rests on it; also for requests that name no user.
package protocol ServiceObstacle: Sendable {
    var id: String { get }
    var layer: Layer { get }

    /// - Throws: `Unanswered` where a fact is still missing.
    func judge(_ facts: Facts, _ asked: ServiceCase) throws(Unanswered) -> Judgement
}

/// What was asked of the SSH service, and what of it is planned so far.
package struct ServiceCase: Sendable {
    /// Whom it is for; nil where the request names nobody.
    package let user: UserName?
    package let wanted: UserRequest?
    /// `reset_ssh`.
    package let resets: Bool
    /// `restore_backup_ssh`.
    package let restores: Bool
    /// The steps that obstacles before this one planned.
    package internal(set) var planned: [ServiceChange] = []

    package init(user: UserName?, wanted: UserRequest?, resets: Bool, restores: Bool) {
        self.user = user
        self.wanted = wanted
        self.resets = resets
        self.restores = restores
    }

    /// The configuration that is planned.
    package var configuration: ConfigurationChange? {
        for change in planned {
            switch change {
            case .configure(let change): return change
            case .restore(let plan): return plan.change
            default: continue
            }
        }
        return nil
    }
}

extension Finding {
    init(_ obstacle: some ServiceObstacle, _ explanation: String, mandate: Mandate, steps: [(words: String, change: ServiceChange)] = []) {
        self.init(
            id: obstacle.id, layer: obstacle.layer, explanation, mandate: mandate,
            steps: steps.map { Step(.service, $0.words, .service($0.change)) })
    }
}

extension Catalogue {
    /// In the order in which their remedies are carried out.
    package static let service: [any ServiceObstacle] = [
        HostKeysUnusable(),
        SeparationUnusable(),
        ConfigurationChanged(),
        BackupNotRestored(),
        PasswordLoginClosed(),
        KeyLoginClosed(),
        UserNotAdmitted(),
        ServiceNotServing(),
        FirewallClosed(),
        NologinStands(),
        WrappersDeny(),
    ]
}
