/// What is told of one run: made once, rendered as status file, console lines, journal records and exit code.
package struct Report: Sendable {
    package enum Verdict: String, Sendable {
        case transitioning
        /// Proven: sshd accepted this user.
        case success
        /// Done, but not proven or still refused.
        case warning
        /// Refused or failed; the guest is as it was.
        case error
    }

    /// One line of it: what became of one topic.
    package struct Outcome: Sendable {
        package let topic: Topic
        package let verdict: Verdict
        package let message: String

        package init(_ topic: Topic, _ verdict: Verdict, _ message: String) {
            self.topic = topic
            self.verdict = verdict
            self.message = message
        }
    }

    package let verdict: Verdict
    /// The whole in one sentence: what happened and what to do next. Printable ASCII.
    package let message: String
    package private(set) var outcomes: [Outcome]
    package let exitCode: ExitCode
    /// A refusal's reason, for programs.
    package var reason: String?
    package var asked = Asked()

    package init(verdict: Verdict, message: String, outcomes: [Outcome], exitCode: ExitCode) {
        self.verdict = verdict
        self.message = message
        self.outcomes = outcomes
        self.exitCode = exitCode
    }

    /// Refused before anything changed.
    package init(refused refusal: Refusal) {
        self.init(
            verdict: .error, message: "Enable failed: \(refusal.message)",
            outcomes: [Outcome(.settings, .error, refusal.message)], exitCode: .refused)
        reason = refusal.reason
    }

    /// Failed, and put back.
    package init(failed message: String, outcomes: [Outcome]) {
        self.init(verdict: .error, message: "Enable failed: \(message)", outcomes: outcomes, exitCode: .failure)
    }

    package func adding(_ outcome: Outcome) -> Report {
        var report = self
        report.outcomes.append(outcome)
        return report
    }

    package static let started = Report(
        verdict: .transitioning, message: "the settings are being carried out", outcomes: [], exitCode: .success)
}

/// Exit codes of the command; the same for every verb.
package enum ExitCode: Int32, Sendable {
    /// Success, or a warning that the status explains.
    case success = 0
    /// The work failed and was put back.
    case failure = 1
    /// The command line was wrong.
    case usage = 2
    /// The settings were refused before anything changed.
    case refused = 3
    /// `diagnose` has findings.
    case findings = 4
}
