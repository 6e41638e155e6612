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

    /// Breaks at blanks where it can, and else behind a colon, as fingerprints have them; each line carries the prefix, so that a search finds them all.
    package static func wrapped(_ text: String) -> [String] {
        let room = width - prefix.utf8.count
        var rest = Array(ForeignText(text).escaped(limit: 2000).utf8)[...]
        var lines: [String] = []
        var indent = ""
        while true {
            let space = room - indent.utf8.count
            if rest.count <= space {
                lines.append(prefix + indent + String(decoding: rest, as: UTF8.self))
                return lines
            }
            let blank = rest.prefix(space + 1).lastIndex(of: UInt8(ascii: " "))
            let colon = rest.prefix(space).lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 }
            let end = blank.flatMap { $0 > rest.startIndex ? $0 : nil } ?? colon ?? rest.index(rest.startIndex, offsetBy: space)
            lines.append(prefix + indent + String(decoding: rest[..<end], as: UTF8.self))
            rest = rest[end...].drop(while: { $0 == UInt8(ascii: " ") })
            indent = "  "
            if rest.isEmpty { return lines }
        }
    }
}
