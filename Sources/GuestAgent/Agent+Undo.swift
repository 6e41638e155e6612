import AgentCore
import AgentSystem

/// What was changed, and its reversal.
extension Agent {
    func undo(_ id: String?, _ options: UndoOptions, asJSON: Bool) throws -> ExitCode {
        let guest = try prepare(log: options.isDryRun ? .silent : asJSON ? .quiet() : .terminal())
        let lock = try RunLock(guest, seconds: 300)
        Recovery(guest).run()
        let result = UndoRunner(guest, options).run(id)
        _ = consume lock
        switch result {
        case .plan(let lines):
            Terminal.write(lines.joined(separator: "\n") + "\n")
            return .success
        case .report(let report):
            if !options.isDryRun { try StatusFile(guest).write(report, for: nil) }
            if asJSON {
                Terminal.write(AzureStatus.document(report, timestamp: guest.clock.timestamp).pretty())
            } else if options.isDryRun {
                Terminal.complain(report.message)
            } else {
                guest.log.report(report, source: "undo")
            }
            return report.exitCode
        }
    }

    func status(_ name: String?, asJSON: Bool) throws -> ExitCode {
        let guest = Guest(root: try Root("/"), log: .silent)
        let wanted = name.map { DropName.safe(Array($0.utf8)) } ?? StatusFile.latest
        guard let bytes = try StatusFile(guest).read(wanted) else {
            Terminal.complain(name == nil ? "nothing has been carried out yet" : "there is no status of \(ForeignText(wanted).quoted())")
            return .failure
        }
        if asJSON {
            Terminal.write(bytes)
            return .success
        }
        Terminal.write(StatusText.lines(bytes).joined(separator: "\n") + "\n")
        return name == nil ? try transactions(asJSON: false) : .success
    }

    func transactions(asJSON: Bool) throws -> ExitCode {
        Process.harden()
        let lines = try TransactionHistory(Guest(root: try Root("/"), log: .silent)).lines()
        Terminal.write(asJSON ? TransactionLine.document(lines).pretty() : Array(TransactionLine.text(lines).utf8))
        return .success
    }
}
