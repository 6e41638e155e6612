/// The status file: Azure's format to the letter, since its agent uploads nothing for the whole VM where one is malformed.
///
/// Printable ASCII throughout, far below the 128 KiB that the agent takes.
package enum AzureStatus {
    package static let name = "vmaccess-agent"
    /// Longer messages are cut, so that a status stays small whatever was met.
    static let longestMessage = 4096
    /// With every character escaped twice, all outcomes and the message stay under 100 KiB.
    static let longestOutcome = 1024
    static let mostOutcomes = 40

    /// - Parameter timestamp: UTC, as `2026-01-31T10:00:00Z`.
    package static func document(_ report: Report, timestamp: String) -> JSONOutput {
        .array([
            .object([
                ("version", .string("1.0")),
                ("timestampUTC", .string(timestamp)),
                ("status", .object(status(report))),
            ])
        ])
    }

    private static func status(_ report: Report) -> [(String, JSONOutput)] {
        var members = entry(name, report.verdict, report.message)
        members.insert(("operation", .string("Enable")), at: 1)
        let outcomes = report.outcomes.prefix(mostOutcomes)
        let parts = outcomes.map { JSONOutput.object(entry($0.topic.rawValue, $0.verdict, $0.message, limit: longestOutcome)) }
        members.append(("substatus", .array(parts)))
        return members
    }

    private static func entry(
        _ name: String, _ verdict: Report.Verdict, _ message: String, limit: Int = longestMessage
    ) -> [(String, JSONOutput)] {
        [
            ("name", .string(name)),
            ("status", .string(verdict.rawValue)),
            ("code", .integer(verdict == .error ? 1 : 0)),
            (
                "formattedMessage",
                .object([("lang", .string("en-US")), ("message", .string(ForeignText(message).escaped(limit: limit)))])
            ),
        ]
    }
}
