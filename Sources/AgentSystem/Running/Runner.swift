package import AgentCore

/// One run, from the bytes of the settings to the report: the one way through.
package struct Runner {
    package struct Options: Sendable {
        package var isDryRun = false
        package var proves = true

        package init() {}
    }

    private let guest: Guest
    private let options: Options
    /// What lines are about: the drop's name.
    private let name: String

    package init(guest: Guest, options: Options = Options(), name: String) {
        self.guest = guest
        self.options = options
        self.name = name
    }

    package enum Result: Sendable {
        case report(Report)
        case plan(Plan)
    }

    package func carryOut(_ settings: Secret) -> Result {
        do {
            let document = try SettingsDocument.read(settings)
            if document.form == .empty {
                throw Refusal(
                    reason: "empty", message: "the settings are empty: nothing was sent, or it was lost on the way; send them again")
            }
            return try carryOut(Request(Settings.decode(document)))
        } catch let refusal as Refusal {
            return .report(Report(refused: refusal))
        } catch let fault as Fault {
            return .report(Report(failed: fault.message, outcomes: []))
        } catch {
            return .report(Report(failed: "unexpected: \(error)", outcomes: []))
        }
    }

    private func carryOut(_ request: Request) throws -> Result {
        let observer = Observer(guest: guest, request: request)
        var facts = Facts()
        let plan = try facts.settle({ try Planner.plan(request, $0) }, answer: observer.answer)
        if options.isDryRun { return .plan(plan) }
        let work: Report.Work
        do {
            work = try apply(plan, request)
        } catch let failure as StepFailure {
            return .report(failure.report)
        }
        if options.proves, request.user == nil, request.resetSSH || request.restoresBackup {
            guest.log.event("\(name): connecting to sshd")
            return .report(Report(carriedOut: request, work: work, proof: ConnectionProof(guest).run()))
        }
        guard options.proves, let user = request.user else { return .report(Report(carriedOut: request, work: work, proof: nil)) }
        guest.log.event("\(name): asking sshd whether it lets \(user.name.text) in")
        var keys: [AuthorizedKeyLine] = []
        if !user.keys.isEmpty, case .accepted(let lines) = try facts.requestKeys() { keys = lines }
        let proof = LoginProof(guest: guest, user: user, keys: keys).run()
        return .report(Report(carriedOut: request, work: work, proof: proof))
    }

    /// A step failed and everything before it was taken back.
    private struct StepFailure: Error {
        let report: Report
    }

    private func apply(_ plan: Plan, _ request: Request) throws -> Report.Work {
        guard !plan.steps.isEmpty else { return Report.Work(plan: plan, notes: []) }
        let id = "\(guest.clock.compactTimestamp)-\(try randomToken().prefix(8))"
        let transaction = try Transaction(beginning: id, in: guest.state, of: guest.root)
        let applier = Applier(guest: guest, password: request.user?.password)
        var notes: [(topic: Topic, text: String)] = []
        for (number, step) in plan.steps.enumerated() {
            guest.log.event("\(name): step \(number + 1) of \(plan.steps.count): \(step.summary)", [("TOPIC", step.topic.rawValue)])
            do throws(Fault) {
                notes += try applier.apply(step, in: transaction).map { (step.topic, $0) }
            } catch {
                throw takeBack(transaction, applier, step, error)
            }
        }
        try transaction.commit()
        return Report.Work(plan: plan, notes: notes)
    }

    private func takeBack(_ transaction: Transaction, _ applier: Applier, _ step: Step, _ fault: Fault) -> StepFailure {
        guest.log.event("\(name): \(fault.message); taking back what was done", priority: 3)
        var problems = applier.takeBack(transaction.undos, savedIn: transaction.folder)
        if problems.isEmpty {
            do throws(Fault) { try transaction.forget() } catch { problems.append(error.message) }
        }
        let state =
            problems.isEmpty
            ? "everything is as it was"
            : "not everything could be taken back: \(problems.joined(separator: "; ")) (transaction \(transaction.id))"
        return StepFailure(
            report: Report(failed: "\(fault.message); \(state)", outcomes: [Report.Outcome(step.topic, .error, fault.message)]))
    }
}
