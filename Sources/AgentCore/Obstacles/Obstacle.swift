/// One reason why a login is refused: how it is detected, explained and removed. One small file each in this folder, listed in
/// `Catalogue`; `apply`, `diagnose` and `repair` share them.
package protocol Obstacle: Sendable {
    /// Short, fixed, kebab-case: what `--only` takes and the status names.
    var id: String { get }
    var layer: Layer { get }

    /// What the facts say of it for this case. Where its ground is missing (no sshd to ask, a file that cannot be read): `unknown`,
    /// never `clear`.
    ///
    /// - Throws: `Unanswered` where a fact is still missing.
    func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement
}

/// The order in which a connection meets what can refuse it.
package enum Layer: Int, CaseIterable, Comparable, Sendable {
    case network, listener, server, account, keys, session, sudo

    package var name: String { "\(self)" }

    package static func < (one: Layer, other: Layer) -> Bool { one.rawValue < other.rawValue }
}

/// Who owns what an obstacle's remedy changes; design: what may be cleared, and when.
package enum Mandate: String, Hashable, Sendable {
    /// The user's own: cleared for a request with `username`.
    case user
    /// The SSH service's, for all: cleared with `reset_ssh`.
    case reset
    /// `restore_backup_ssh`.
    case restore
    /// Gives somebody a way in or rights that they do not have: only where just that is asked for.
    case word
    /// Nobody's to clear here.
    case nobody

    /// What to send so that it is cleared.
    package var remedy: String {
        switch self {
        case .user: "send this username again"
        case .reset: "send \"reset_ssh\": true"
        case .restore: "send \"restore_backup_ssh\": true"
        case .word: "send the setting that asks for it"
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
    /// What was asked cannot be done at all: refused before anything changes. In a diagnosis nothing is asked, and it is a finding.
    case refused(Refusal)
}
