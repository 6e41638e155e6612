import AgentCore
import AgentSystem
import Glibc

extension Agent {
    /// Takes no lock and makes no folder: what is under way may go on, and nothing is changed.
    func diagnose(_ question: DiagnosisQuestion, asJSON: Bool) throws -> ExitCode {
        if geteuid() == 0 { Process.harden() }
        let report = Examination(Guest(root: try Root("/"), log: .silent), question).run()
        if asJSON {
            Terminal.write(DiagnosisDocument.document(report).pretty())
        } else {
            Terminal.write(DiagnosisText(report, colours: Terminal.colours).lines.joined(separator: "\n") + "\n")
        }
        return report.exitCode
    }

    func repair(_ request: RepairRequest, asJSON: Bool) throws -> ExitCode {
        let guest = try prepare(log: asJSON || request.isDryRun ? .silent : .terminal())
        let lock = try RunLock(guest, seconds: 300)
        Recovery(guest).run()
        let result = Repair(guest, request).run()
        _ = consume lock
        switch result {
        case .choice(let choice):
            Terminal.write(asJSON ? choice.document.pretty() : Array((choice.lines.joined(separator: "\n") + "\n").utf8))
            return .success
        case .report(let report):
            try StatusFile(guest).write(report, for: nil)
            if asJSON { Terminal.write(AzureStatus.document(report, timestamp: guest.clock.timestamp).pretty()) }
            guest.log.report(report, source: "repair")
            return report.exitCode
        }
    }
}
