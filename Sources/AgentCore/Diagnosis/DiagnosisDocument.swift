/// A diagnosis for programs; described in vmaccess-agent(8). Members are added, never changed or taken away, as long as `version` is 1.
///
/// Printable ASCII throughout: foreign text is escaped as everywhere.
package enum DiagnosisDocument {
    package static func document(_ report: DiagnosisReport) -> JSONOutput {
        let diagnosis = report.diagnosis
        return .object([
            ("version", .integer(1)),
            ("agent", .string(agentVersion)),
            ("time", .string(report.time)),
            ("user", text(diagnosis.asked.user?.text)),
            ("from", text(diagnosis.asked.source)),
            ("verdict", .string(diagnosis.blocking.isEmpty ? "nothing-found" : "findings")),
            (
                "layers",
                .array(Layer.allCases.map { .object([("layer", .string($0.name)), ("state", .string(report.state($0).rawValue))]) })
            ),
            ("findings", .array(diagnosis.findings.map { finding($0, repair: report.repair($0)) })),
            (
                "unknown",
                .array(
                    diagnosis.unknown.map {
                        .object([("id", .string($0.id)), ("layer", .string($0.layer.name)), ("why", text($0.why))])
                    })
            ),
            (
                "log",
                report.log.map { .array($0.map { .object([("time", .string($0.time)), ("text", .string($0.text.escaped()))]) }) } ?? .null
            ),
            ("reach", .array(report.reach.map { .string($0) })),
        ])
    }

    static func finding(_ finding: Finding, repair: String?) -> JSONOutput {
        .object([
            ("id", .string(finding.id)),
            ("layer", .string(finding.layer.name)),
            ("weight", .string(finding.weight.rawValue)),
            ("explanation", text(finding.explanation)),
            (
                "evidence",
                .array(
                    finding.evidence.map {
                        .object([("place", .string($0.place.escaped())), ("text", $0.text.map { .string($0.escaped()) } ?? .null)])
                    })
            ),
            ("command", text(finding.command)),
            ("mandate", .string(finding.mandate.rawValue)),
            ("remedy", text(finding.remedy)),
            ("repair", text(repair)),
            ("steps", .array(finding.steps.map { text($0.summary) })),
        ])
    }

    static func text(_ text: String?) -> JSONOutput {
        text.map { .string(ForeignText($0).escaped(limit: 2000)) } ?? .null
    }
}
