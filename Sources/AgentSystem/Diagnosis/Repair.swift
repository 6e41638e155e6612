package import AgentCore
internal import Glibc

/// Clears what a diagnosis finds: each finding in a transaction of its own, so that each can be undone by itself; then looks again, until
/// nothing is left that can be cleared, and proves the login.
package struct Repair {
    private let guest: Guest
    private let request: RepairRequest

    package init(_ guest: Guest, _ request: RepairRequest) {
        self.guest = guest
        self.request = request
    }

    package enum Result: Sendable {
        case choice(RepairChoice)
        case report(Report)
    }

    package func run() -> Result {
        var attempts: [Report.Attempt] = []
        while true {
            // Everything anew: what was just cleared may have hidden something.
            var facts = Facts()
            let examination = Examination(guest, request.question)
            let diagnosis = examination.judge(&facts, Case(diagnosing: request.question.user, from: request.question.source))
            let choice = RepairChoice(diagnosis, request)
            if request.isDryRun { return .choice(choice) }
            let next = choice.chosen.first { finding in !attempts.contains { $0.finding.id == finding.id } }
            guard let next, StopRequest.pending == nil else {
                return .report(Report(repaired: attempts, left: choice, unknown: diagnosis.unknown, proof: proof(diagnosis)))
            }
            let steps = examination.settle(&facts) { (facts) throws(Unanswered) in try RepairChoice.steps(next, of: diagnosis, facts) }
            guest.log.event("repair: \(next.id): \(next.sentence)", [("OBSTACLE", next.id)])
            let failure = carryOut(steps, next)
            if let failure { guest.log.event("repair: \(next.id): \(failure)", priority: 3) }
            attempts.append(Report.Attempt(next, failure: failure))
        }
    }

    /// All or none.
    ///
    /// - Returns: why not; it is as it was then.
    private func carryOut(_ steps: [Step], _ finding: Finding) -> String? {
        do {
            let transaction = try Transaction(guest, "repair \(finding.id)", user: request.question.user)
            let plan = Plan(steps: steps, blocked: [], unknown: [])
            let done = try StepSequence(guest: guest, name: "repair", password: nil).carryOut(plan, in: transaction)
            if let transaction = done.transaction { try Applier(guest: guest, password: nil).commit(transaction) }
            return done.problems.first
        } catch let failure as StepSequence.Failure {
            return failure.report.outcomes.first?.message ?? failure.report.message
        } catch let fault as Fault {
            return fault.message
        } catch {
            return "unexpected: \(error)"
        }
    }

    /// Without a credential of the user's: an ephemeral key shows that sshd lets them in by key.
    private func proof(_ diagnosis: Diagnosis) -> Proof? {
        guard request.proves else { return nil }
        guard let user = request.question.user else {
            guest.log.event("repair: connecting to sshd")
            return ConnectionProof(guest).run()
        }
        guest.log.event("repair: asking sshd whether it lets \(user.text) in by key")
        return LoginProof(guest: guest, user: UserRequest(name: user), keys: []).run()
    }
}
