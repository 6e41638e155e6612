/// A request that is refused before anything changes.
package struct Refusal: Error, Hashable, Sendable {
    /// Fixed, short, kebab-case: what a script matches on.
    package let reason: String
    /// What, where, why, and what to do. Printable ASCII; foreign parts escaped and bounded; never a secret.
    package let message: String

    package init(reason: String, message: String) {
        self.reason = reason
        self.message = message
    }
}
