package import AgentCore

/// Where events are told besides the status: each is one call, and none can fail the run.
package struct Log: Sendable {
    /// One line for people.
    package var line: @Sendable (String) -> Void
    /// One record for the journal.
    package var record: @Sendable (Event) -> Void
    /// A whole report for the machine's console: lines for people, which `line` may have told there already, and one for programs.
    package var block: @Sendable (_ lines: [String], _ machine: String) -> Void

    package init(
        line: @escaping @Sendable (String) -> Void, record: @escaping @Sendable (Event) -> Void,
        block: @escaping @Sendable ([String], String) -> Void = { _, _ in }
    ) {
        self.line = line
        self.record = record
        self.block = block
    }

    package struct Event: Sendable {
        package let message: String
        /// syslog(3)'s number: 3 error, 4 warning, 6 information.
        package let priority: Int
        /// Further fields, names in capitals (systemd.journal-fields(7)).
        package let fields: [(String, String)]
    }

    /// Tells an event in both places.
    package func event(_ message: String, priority: Int = 6, _ fields: [(String, String)] = []) {
        for line in ConsoleLines.wrapped(message) { self.line(line) }
        record(Event(message: ForeignText(message).escaped(limit: 2000), priority: priority, fields: fields))
    }

    /// Tells an event in the journal alone: what a stranger who reads the console must not learn.
    package func privately(_ message: String, priority: Int) {
        record(Event(message: ForeignText(message).escaped(limit: 2000), priority: priority, fields: []))
    }

    /// Tells a run's report: all its lines, the block on the console, one record in the journal.
    package func report(_ report: Report, source: String) {
        let lines = ConsoleLines.lines(report, source: source)
        for line in lines { self.line(line) }
        block(lines, ConsoleLines.machine(report, source: source))
        self.record(report, source: source)
    }

    /// Tells a run's report in the journal alone.
    package func record(_ report: Report, source: String) {
        let priority = report.verdict == .error ? 3 : report.verdict == .warning ? 4 : 6
        var fields = [("SOURCE", source), ("VERDICT", report.verdict.rawValue)]
        for outcome in report.outcomes {
            fields.append((outcome.topic.rawValue.uppercased(), "\(outcome.verdict.rawValue): \(outcome.message)"))
        }
        record(Event(message: ForeignText(report.message).escaped(limit: 2000), priority: priority, fields: fields))
    }
}
