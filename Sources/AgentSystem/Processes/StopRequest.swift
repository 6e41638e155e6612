internal import CLinux
internal import Glibc
internal import Synchronization

/// A wish that this process end: SIGTERM and the like, or its own time being up.
///
/// The signals are blocked and never delivered; whoever waits looks whether one is pending (sigpending(2)). So there is no handler
/// that could interrupt a change half way: a run ends at its next wait or between two steps, takes back what it did, and says its
/// last word. Without `watch` the signals do what they always do.
package enum StopRequest {
    package enum Reason: Sendable {
        case told
        case timeIsUp

        /// What stands behind "cannot …: ".
        package var words: String {
            switch self {
            case .told: "the agent was told to stop"
            case .timeIsUp: "the time that the whole run may take is up"
            }
        }
    }

    private static let signals = [SIGTERM, SIGINT, SIGHUP, SIGQUIT]
    /// How often a wait looks, in milliseconds.
    static let interval: Int32 = 100
    /// Signals belong to the process, and so does this: above zero while something must be finished whatever comes.
    private static let deferrals = Atomic<Int>(0)

    /// From now on the signals are looked for instead of obeyed, and one more comes by itself after `seconds`, counted anew by each call;
    /// nil: none does.
    package static func watch(seconds: UInt32?) {
        var blocked = sigset_t()
        sigemptyset(&blocked)
        for signal in signals + [SIGALRM] { sigaddset(&blocked, signal) }
        sigprocmask(SIG_BLOCK, &blocked, nil)
        alarm(0)
        // One that came before would count for what begins now.
        var passed = sigset_t()
        sigemptyset(&passed)
        sigaddset(&passed, SIGALRM)
        var none = timespec()
        sigtimedwait(&passed, nil, &none)
        if let seconds { alarm(seconds) }
    }

    /// In a child: signals as a process expects them.
    static func forget() {
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }

    /// Why to stop, if so.
    package static var pending: Reason? {
        guard deferrals.load(ordering: .relaxed) == 0 else { return nil }
        var waiting = sigset_t()
        guard sigpending(&waiting) == 0 else { return nil }
        if signals.contains(where: { sigismember(&waiting, $0) == 1 }) { return .told }
        return sigismember(&waiting, SIGALRM) == 1 ? .timeIsUp : nil
    }

    /// Carries out `body` to its end: what takes back changes must not be stopped. Each of its waits still has its deadline.
    static func deferred<Result>(_ body: () -> Result) -> Result {
        deferrals.add(1, ordering: .relaxed)
        defer { deferrals.subtract(1, ordering: .relaxed) }
        return body()
    }
}
