/// An obstacle met in this guest.
package struct Finding: Sendable {
    package enum Weight: String, Sendable {
        /// Refuses a login.
        case blocks
        /// May matter: told, and left as it is unless it is named.
        case note
    }

    package let id: String
    package let layer: Layer
    package let weight: Weight
    /// What is in the way and where, in one sentence without its full stop. Printable ASCII.
    package let explanation: String
    /// What shows it; the first is the nearest.
    package let evidence: [Evidence]
    /// What a person would type to clear it.
    package let command: String?
    package let mandate: Mandate
    /// What to send so that the agent clears it, or what else to do.
    package let remedy: String
    /// What the agent does to clear it; empty where it cannot, or must not.
    package let steps: [Step]

    /// - Parameters:
    ///   - command: by default what the steps come to.
    ///   - remedy: by default the mandate's.
    package init(
        _ obstacle: some Obstacle, _ explanation: String, weight: Weight = .blocks, evidence: [Evidence] = [], command: String? = nil,
        mandate: Mandate, remedy: String? = nil, steps: [Step] = []
    ) {
        id = obstacle.id
        layer = obstacle.layer
        self.weight = weight
        self.explanation = explanation
        self.evidence = evidence
        let typed = steps.compactMap(\.change.commandLine)
        self.command = command ?? (typed.isEmpty || typed.count < steps.count ? nil : typed.joined(separator: "; "))
        self.mandate = mandate
        self.remedy = remedy ?? mandate.remedy
        self.steps = steps
    }

    /// Of an obstacle that says no more than a sentence.
    init(id: String, layer: Layer, _ explanation: String) {
        self.id = id
        self.layer = layer
        self.explanation = explanation
        weight = .blocks
        (evidence, command, steps) = ([], nil, [])
        mandate = .nobody
        remedy = mandate.remedy
    }

    /// The explanation and where to look, for a status.
    package var sentence: String {
        if evidence.isEmpty { return explanation }
        return "\(explanation) (\(evidence.prefix(3).map { $0.shown(limit: 80) }.joined(separator: ", ")))"
    }
}

/// Something that shows a finding: where, and what stands there.
package struct Evidence: Hashable, Sendable {
    /// `file:line`, a unit, a rule, a process.
    package let place: ForeignText
    /// What stands there; nil where not everybody may read it, or there is nothing to say.
    package let text: ForeignText?

    package init(_ place: ForeignText, _ text: ForeignText? = nil) {
        self.place = place
        self.text = text
    }

    package init(_ place: String, _ text: String? = nil) {
        self.init(ForeignText(place), text.map { ForeignText($0) })
    }

    /// A line of a file. Of a file that not everybody may read only `keyword`, the line's first word, is shown.
    package init(
        line: Int, of path: ForeignText, _ text: ForeignText, keyword: ForeignText? = nil, _ facts: Facts
    ) throws(Unanswered) {
        place = line > 0 ? ForeignText(path.bytes + Array(":\(line)".utf8)) : path
        var isPublic = line == 0
        // The path may hold what no path of ours does; then it is taken for closed.
        if !isPublic, case .present(let status) = try facts.target(String(decoding: path.bytes, as: UTF8.self)) {
            isPublic = status.mode & 0o004 != 0
        }
        self.text = isPublic ? text : keyword
    }

    package func shown(limit: Int = 200) -> String {
        let place = place.escaped(limit: 160)
        return text.map { "\(place): \($0.escaped(limit: limit))" } ?? place
    }
}
