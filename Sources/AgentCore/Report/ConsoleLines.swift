/// A report as lines for a serial console: plain ASCII, one prefix to search for, under 80 columns.
package enum ConsoleLines {
    package static let prefix = "vmaccess-agent: "
    /// A line with its prefix stays below this.
    static let width = 79

    package static func lines(_ report: Report, source: String) -> [String] {
        var lines: [String] = []
        for outcome in report.outcomes {
            lines += wrapped("\(source): \(outcome.topic.rawValue): \(outcome.verdict.rawValue): \(outcome.message)")
        }
        return lines + wrapped("\(source): \(report.verdict.rawValue): \(report.message)")
    }

    /// The line as it is shown to somebody who asked for it and sees nobody else's: without the prefix and the source.
    package static func withoutPrefix(_ line: String, source: String) -> String {
        for beginning in ["\(prefix)\(source): ", prefix] where line.hasPrefix(beginning) { return "  " + line.dropFirst(beginning.count) }
        return line
    }

    /// Breaks at blanks where it can; each line carries the prefix, so that a search finds them all.
    package static func wrapped(_ text: String) -> [String] {
        Wrapping.lines(ForeignText(text).escaped(limit: 2000), width: width, first: prefix, rest: prefix + "  ")
    }
}
