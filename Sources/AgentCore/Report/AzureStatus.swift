/// The status file: Azure's format to the letter, since its agent uploads nothing for the whole VM where one is malformed.
///
/// Printable ASCII throughout, far below the 128 KiB that the agent takes.
package enum AzureStatus {
    package static let name = "vmaccess-agent"
    /// Longer messages are cut, so that a status stays small whatever was met: JSON may double each of these characters.
    static let longestMessage = 4096
    static let longestDetail = 1024
    static let mostOutcomes = 32

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
        var members = entry(name, report.verdict, report.message, longestMessage)
        members.insert(("operation", .string("Enable")), at: 1)
        // Warnings about the settings come first and the proof last: where there are too many, the first ones go.
        let outcomes = report.outcomes.suffix(mostOutcomes)
        members.append(
            ("substatus", .array(outcomes.map { .object(entry($0.topic.rawValue, $0.verdict, $0.message, longestDetail)) })))
        return members
    }

    private static func entry(_ name: String, _ verdict: Report.Verdict, _ message: String, _ limit: Int) -> [(String, JSONOutput)] {
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
