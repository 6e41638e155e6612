internal import AgentCore

/// The steps of a plan, one after the other, in one transaction.
struct StepSequence {
    let guest: Guest
    /// What lines are about.
    let name: String
    /// The request's password, for a step that sets it.
    let password: Secret?

    /// What came of a plan, and what failed when there was no way back any more.
    struct Done {
        let work: Report.Work
        var problems: [String] = []
        /// Not committed yet; nil where nothing was changed, or there is no way back any more.
        var transaction: Transaction?
    }

    /// A step failed and everything before it was taken back.
    struct Failure: Error {
        let report: Report
    }

    /// Step by step. The first step that cannot be undone may still fail like another one; from the second on there is no way back: what
    /// was done stands, and what fails is told, and the rest is tried.
    func carryOut(_ plan: Plan, in transaction: Transaction) throws -> Done {
        let applier = Applier(guest: guest, password: password)
        var notes: [(topic: Topic, text: String)] = []
        var problems: [String] = []
        var lasting = 0
        for (number, step) in plan.steps.enumerated() {
            guest.log.event("\(name): step \(number + 1) of \(plan.steps.count): \(step.summary)", [("TOPIC", step.topic.rawValue)])
            // Past the point of no return only forward is safe.
            if lasting < 2, let reason = StopRequest.pending {
                throw takeBack(transaction, step.topic, Fault(step.summary, cause: reason.words))
            }
            // Committed before: a crash from here on must give nothing back to an account that is half gone.
            if step.isLasting, lasting == 1 { try applier.commit(transaction) }
            if step.isLasting { lasting += 1 }
            do throws(Fault) {
                notes += try applier.apply(step, in: transaction).map { (step.topic, $0) }
            } catch {
                guard lasting > 1 else { throw takeBack(transaction, step.topic, error) }
                guest.log.event("\(name): \(error.message)", priority: 3)
                problems.append(error.message)
            }
        }
        if lasting == 0, let reason = StopRequest.pending, let last = plan.steps.last {
            throw takeBack(transaction, last.topic, Fault(last.summary, cause: reason.words))
        }
        if lasting == 1 { try applier.commit(transaction) }
        return Done(work: Report.Work(plan: plan, notes: notes), problems: problems, transaction: lasting == 0 ? transaction : nil)
    }

    func takeBack(_ transaction: Transaction, _ topic: Topic, _ fault: Fault) -> Failure {
        guest.log.event("\(name): \(fault.message); taking back what was done", priority: 3)
        let applier = Applier(guest: guest, password: nil)
        var problems = applier.takeBack(transaction.undos, savedIn: transaction.folder)
        if problems.isEmpty {
            do throws(Fault) { try transaction.forget() } catch { problems.append(error.message) }
        }
        let state =
            problems.isEmpty
            ? "everything is as it was"
            : "not everything could be taken back: \(problems.joined(separator: "; ")) (transaction \(transaction.id))"
        return Failure(report: Report(failed: "\(fault.message); \(state)", outcomes: [Report.Outcome(topic, .error, fault.message)]))
    }
}
