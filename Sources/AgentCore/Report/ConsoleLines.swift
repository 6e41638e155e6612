/// A report as lines for a serial console: plain ASCII, one prefix to search for, under 80 columns.
package enum ConsoleLines {
    package static let prefix = "vmaccess-agent: "
    /// A line with its prefix stays below this.
    static let width = 79

    package static func lines(_ report: Report, source: String) -> [String] {
        var texts: [String] = []
        if let words = report.asked.words { texts.append("asked: \(words)") }
        texts += report.outcomes.map { "\($0.topic.rawValue): \($0.verdict.rawValue): \($0.message)" }
        texts.append("\(report.verdict.rawValue): \(report.message)")
        if let next = report.next { texts.append("next: \(next)") }
        return texts.flatMap { wrapped("\(source): \($0)") }
    }

    /// The same for a program that has only the serial log: one line of JSON, however long. No line for people begins like it.
    package static func machine(_ report: Report, source: String) -> String {
        machine([
            ("run", .string(source)), ("nonce", report.asked.nonce.map { .string($0.text) } ?? .null),
            ("status", .string(report.verdict.rawValue)), ("exit", .integer(Int(report.exitCode.rawValue))),
            ("reason", report.reason.map { .string($0) } ?? .null),
        ])
    }

    package static func machine(_ members: [(String, JSONOutput)]) -> String {
        "vmaccess-agent:json " + String(decoding: JSONOutput.object(members).compact(), as: UTF8.self)
    }

    /// The line as it is shown to somebody who asked for it and sees nobody else's: without the prefix and the source.
    package static func withoutPrefix(_ line: String, source: String) -> String {
        for beginning in ["\(prefix)\(source): ", prefix] where line.hasPrefix(beginning) { return "  " + line.dropFirst(beginning.count) }
        return line
    }

    /// Breaks at blanks where it can, and else behind a colon; each line carries the prefix, so that a search finds them all.
    package static func wrapped(_ text: String) -> [String] {
        Wrapping.lines(ForeignText(text).escaped(limit: 2000), width: width, first: prefix, rest: prefix + "  ")
    }
}
