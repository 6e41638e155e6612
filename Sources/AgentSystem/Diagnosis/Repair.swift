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
            do throws(Fault) {
                try carryOut(steps)
                attempts.append(Report.Attempt(next, failure: nil))
            } catch {
                guest.log.event("repair: \(next.id): \(error.message)", priority: 3)
                attempts.append(Report.Attempt(next, failure: error.message))
            }
        }
    }

    /// All or none.
    private func carryOut(_ steps: [Step]) throws(Fault) {
        let id = "\(guest.clock.compactTimestamp)-\(try randomToken().prefix(8))"
        let transaction = try Transaction(beginning: id, in: guest.state, of: guest.root)
        let applier = Applier(guest: guest, password: nil)
        do throws(Fault) {
            for step in steps {
                guest.log.event("repair: \(step.summary)", [("TOPIC", step.topic.rawValue)])
                if let reason = StopRequest.pending { throw Fault(step.summary, cause: reason.words) }
                _ = try applier.apply(step, in: transaction)
            }
            try transaction.commit()
        } catch {
            let problems = applier.takeBack(transaction.undos, savedIn: transaction.folder)
            guard problems.isEmpty else {
                throw Fault(
                    error.message, cause: "not everything could be taken back: \(problems.joined(separator: "; ")) (transaction \(id))")
            }
            try transaction.forget()
            throw error
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
