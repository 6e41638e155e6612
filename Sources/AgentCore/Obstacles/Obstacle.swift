/// One reason why a login is refused: how it is detected, explained and removed. One small file each in this folder, listed in
/// `Catalogue`; `apply`, `diagnose` and `repair` share them.
package protocol Obstacle: Sendable {
    /// Short, fixed, kebab-case: what `--only` takes and the status names.
    var id: String { get }
    var layer: Layer { get }

    /// What the facts say of it for this case.
    ///
    /// - Throws: `Unanswered` where a fact is still missing.
    func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement
}

/// The order in which a connection meets what can refuse it.
package enum Layer: Int, Comparable, Sendable {
    case network, listener, server, account, keys, session, sudo

    package static func < (one: Layer, other: Layer) -> Bool { one.rawValue < other.rawValue }
}

/// Whom a judgement is about, and what was asked for them.
package struct Case: Sendable {
    package let user: UserName
    /// What the request wants for this user; nil when nothing is asked (a diagnosis).
    package let wanted: UserRequest?
    package let mandates: Set<Mandate>

    package init(user: UserName, wanted: UserRequest?, mandates: Set<Mandate>) {
        self.user = user
        self.wanted = wanted
        self.mandates = mandates
    }
}

/// Who owns what an obstacle's remedy changes; design: what may be cleared, and when.
package enum Mandate: Hashable, Sendable {
    /// The user's own: cleared for a request with `username`.
    case user
    /// The SSH service's, for all: cleared with `reset_ssh`.
    case reset
    /// Nobody's to clear here.
    case nobody

    /// What to send so that it is cleared.
    package var remedy: String {
        switch self {
        case .user: "send this username again"
        case .reset: "send \"reset_ssh\": true"
        case .nobody: "clear it by hand"
        }
    }
}

package enum Judgement: Sendable {
    /// Not in the way.
    case clear
    /// Cannot be told, because its ground could not be had; why.
    case unknown(String)
    case found(Finding)
    /// What was asked cannot be done at all: refused before anything changes.
    case refused(Refusal)
}

/// An obstacle met in this guest.
package struct Finding: Sendable {
    package let id: String
    package let layer: Layer
    /// What is in the way and where, in one sentence.
    package let explanation: String
    package let mandate: Mandate
    package let steps: [Step]

    package init(_ obstacle: some Obstacle, _ explanation: String, mandate: Mandate, steps: [Step]) {
        self.init(id: obstacle.id, layer: obstacle.layer, explanation, mandate: mandate, steps: steps)
    }

    package init(id: String, layer: Layer, _ explanation: String, mandate: Mandate, steps: [Step]) {
        self.id = id
        self.layer = layer
        self.explanation = explanation
        self.mandate = mandate
        self.steps = steps
    }
}

package enum Catalogue {
    /// In the order in which their remedies are carried out: what others rest on comes first.
    package static let all: [any Obstacle] = [
        AccountFilesLocked(),
        AccountMissing(),
        AccountEnds(),
        PasswordAged(),
        PasswordNotSet(),
        PasswordLocked(),
        ShellRefusesLogins(),
        FailuresCounted(),
        HomeMissing(),
        HomeNotOwn(),
        KeysPathUnsafe(),
        KeysNotAuthorized(),
        SudoNotGranted(),
    ]
}
