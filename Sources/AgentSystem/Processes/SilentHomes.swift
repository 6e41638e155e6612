internal import AgentCore
internal import Synchronization

/// Homes whose file system let a deadline pass, and until when that is believed without asking again.
enum SilentHomes {
    private static let known = Mutex<[ForeignText: (cause: String, until: Deadline)]>([:])

    static func note(_ home: ForeignText, _ cause: String) {
        known.withLock { $0[home] = (cause, .seconds(60)) }
    }

    /// Before changes are taken back: that is tried, whatever was seen before.
    static func forget() {
        known.withLock { $0 = [:] }
    }

    static func cause(for home: ForeignText) -> String? {
        known.withLock { homes in
            guard let found = homes[home], !found.until.hasPassed else { return nil }
            return found.cause
        }
    }
}
