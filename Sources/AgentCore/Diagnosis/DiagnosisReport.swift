/// What `diagnose` tells: made once, rendered as text and as JSON.
package struct DiagnosisReport: Sendable {
    /// A line of sshd's log.
    package struct LogLine: Hashable, Sendable {
        /// UTC, as `2026-01-31T10:00:00Z`.
        package let time: String
        package let text: ForeignText

        package init(time: String, text: ForeignText) {
            self.time = time
            self.text = text
        }
    }

    package let diagnosis: Diagnosis
    /// UTC.
    package let time: String
    /// The last lines of sshd's log about the user, the newest last; nil where it was not to be read.
    package let log: [LogLine]?
    /// Whom to ask about next, where nobody was and one person comes to mind.
    package let next: UserName?

    package init(_ diagnosis: Diagnosis, time: String, log: [LogLine]?, next: UserName?) {
        self.diagnosis = diagnosis
        self.time = time
        self.log = log
        self.next = next
    }

    package var exitCode: ExitCode { diagnosis.blocking.isEmpty ? .success : .findings }

    /// How far this reaches, in sentences: what was asked, and what was not proven.
    package var reach: [String] {
        let source = diagnosis.asked.source
        var sentences: [String] = []
        if diagnosis.asked.user != nil {
            sentences.append(
                source.map { "sshd was asked about a connection from \($0)" }
                    ?? "sshd was asked about a connection from \(SourceAddress.other), which stands for anywhere; --from ADDRESS asks about one"
            )
        }
        sentences.append("nobody logged in: 'repair' and 'apply' prove a login")
        sentences.append("what filters in front of this machine (a cloud's network rules, a router) cannot be seen from here")
        return sentences
    }

    /// The whole in a sentence.
    package var verdict: String {
        let whose = diagnosis.asked.user.map { "a login of \($0.text)" } ?? "logins"
        let blocking = diagnosis.blocking.count
        var words = [blocking == 0 ? "nothing was found that refuses \(whose)" : "\(blocking) in the way of \(whose)"]
        let notes = diagnosis.notes.count
        if notes > 0 { words.append(notes == 1 ? "1 note" : "\(notes) notes") }
        if !diagnosis.unknown.isEmpty { words.append("\(diagnosis.unknown.count) not known") }
        return words.joined(separator: ", ")
    }

    /// How the agent clears a finding; nil where it does not.
    func repair(_ finding: Finding) -> String? {
        if finding.steps.isEmpty || finding.mandate == .nobody { return nil }
        var words = ["vmaccess-agent", "repair"]
        if let user = diagnosis.asked.user { words += ["--user", user.text] }
        if let source = diagnosis.asked.source { words += ["--from", source] }
        if finding.weight == .note || finding.mandate == .word { words += ["--only", finding.id] }
        return words.joined(separator: " ")
    }

    /// What is known of a layer as a whole.
    enum State: String { case fine, blocked, note, unknown, unasked }

    func state(_ layer: Layer) -> State {
        let found = diagnosis.findings.filter { $0.layer == layer }
        if found.contains(where: { $0.weight == .blocks }) { return .blocked }
        if !found.isEmpty { return .note }
        if diagnosis.unknown.contains(where: { $0.layer == layer }) { return .unknown }
        return diagnosis.asked.user == nil && [.account, .keys, .sudo].contains(layer) ? .unasked : .fine
    }
}
