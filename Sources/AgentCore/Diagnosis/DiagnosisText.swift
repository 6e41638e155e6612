/// A diagnosis for people: plain ASCII, lines below 80 columns, in the order in which a connection meets what is told.
package struct DiagnosisText {
    /// ECMA-48 colours, for a terminal that has them; none where off.
    package struct Colours: Sendable {
        let isOn: Bool

        package init(isOn: Bool) {
            self.isOn = isOn
        }

        func paint(_ text: String, _ code: String) -> String { isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text }
    }

    static let width = 79
    private static let margin = 11
    private static let label = 8

    private let report: DiagnosisReport
    private let colours: Colours

    package init(_ report: DiagnosisReport, colours: Colours) {
        self.report = report
        self.colours = colours
    }

    package var lines: [String] {
        let whom = report.diagnosis.asked.user.map { "login of \($0.text)" } ?? "SSH service"
        var lines = ["\(whom), \(report.time)", ""]
        for layer in Layer.allCases { lines += self.lines(layer) }
        if let log = report.log, let user = report.diagnosis.asked.user {
            lines +=
                [""] + wrapped(log.isEmpty ? "sshd's log has no line about \(user.text)" : "the last of sshd's log about \(user.text):")
            for line in log { lines += wrapped("\(line.time) \(line.text.escaped())", first: "  ", rest: "      ") }
        }
        lines.append("")
        for sentence in report.reach { lines += wrapped(sentence, first: "- ", rest: "  ") }
        lines += [""] + wrapped(report.verdict)
        if let next = report.next { lines += wrapped("next: vmaccess-agent diagnose --user \(next.text)") }
        return lines
    }

    // MARK: layers

    private func lines(_ layer: Layer) -> [String] {
        let found = report.diagnosis.findings.filter { $0.layer == layer }
        let unknown = report.diagnosis.unknown.filter { $0.layer == layer }
        let name = Self.padded(layer.name, Self.margin)
        if found.isEmpty, unknown.isEmpty {
            return [name + (report.state(layer) == .fine ? colours.paint("fine", "32") : "not asked (--user NAME)")]
        }
        var lines: [String] = []
        for finding in found { lines += self.lines(finding) }
        // Many rest on the same ground.
        var reasons: [String] = []
        for why in unknown.map(\.why) where !reasons.contains(why) { reasons.append(why) }
        for why in reasons {
            let ids = unknown.filter { $0.why == why }.map(\.id).joined(separator: ", ")
            lines += hanging(colours.paint("not known", "33"), "not known", ": \(ids): \(ForeignText(why).escaped(limit: 400))")
        }
        lines[0] = name + lines[0].dropFirst(Self.margin)
        return lines
    }

    private func lines(_ finding: Finding) -> [String] {
        let word = finding.weight == .blocks ? "IN THE WAY" : "note"
        var lines = hanging(colours.paint(word, finding.weight == .blocks ? "1;31" : "33"), word, ": \(finding.id)")
        let space = String(repeating: " ", count: Self.margin)
        lines += wrapped(ForeignText(finding.explanation).escaped(limit: 600), first: space, rest: space)
        for evidence in finding.evidence.prefix(6) { lines += labelled("seen", evidence.shown()) }
        if let command = finding.command { lines += labelled("type", ForeignText(command).escaped(limit: 400)) }
        if let repair = report.repair(finding) { lines += labelled("repair", repair) }
        lines += labelled(finding.mandate == .nobody || report.repair(finding) == nil ? "remedy" : "or", finding.remedy)
        return lines
    }

    /// `word` may be painted; `plain` is what it looks like.
    private func hanging(_ word: String, _ plain: String, _ text: String) -> [String] {
        let space = String(repeating: " ", count: Self.margin)
        var lines = wrapped(plain + text, first: space, rest: space)
        lines[0] = space + word + lines[0].dropFirst(space.utf8.count + plain.utf8.count)
        return lines
    }

    private func labelled(_ label: String, _ text: String) -> [String] {
        let space = String(repeating: " ", count: Self.margin)
        let rest = space + String(repeating: " ", count: Self.label)
        return wrapped(text, first: space + Self.padded(label, Self.label), rest: rest)
    }

    private func wrapped(_ text: String, first: String = "", rest: String = "") -> [String] {
        Wrapping.lines(text, width: Self.width, first: first, rest: rest)
    }

    private static func padded(_ word: String, _ width: Int) -> String {
        word + String(repeating: " ", count: max(1, width - word.utf8.count))
    }
}
