package import AgentCore

/// One run, from the bytes of the settings to the report: the one way through.
package struct Runner {
    package struct Options: Sendable {
        package var isDryRun = false
        package var proves = true
        /// Where the Azure agent keeps the certificates and keys that settings are sealed for.
        package var certificateFolders = ["/var/lib/waagent"]
        /// What the site lets settings from outside do; nil for those of somebody who is root here.
        package var site: Configuration?

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
        var asked = Asked()
        let result = carryOut(settings, &asked)
        guard case .report(var report) = result else { return result }
        report.asked = asked
        return .report(report)
    }

    private func carryOut(_ settings: Secret, _ asked: inout Asked) -> Result {
        do {
            let document = try SettingsDocument.read(settings)
            if document.form == .empty {
                throw Refusal(
                    reason: "empty", message: "the settings are empty: nothing was sent, or it was lost on the way; send them again")
            }
            let opener = SettingsOpener(guest, certificateFolders: options.certificateFolders)
            let decoded = try opener.settings(document)
            asked.nonce = decoded.nonce
            let request = try Request(decoded)
            asked = Asked(request, nonce: decoded.nonce)
            return try carryOut(request)
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
        let plan = try facts.settle({ try Planner.plan(request, $0, under: options.site) }, answer: observer.answer)
        if options.isDryRun { return .plan(plan) }
        let done: Done
        do {
            done = try apply(plan, request)
        } catch let failure as StepFailure {
            return .report(failure.report)
        }
        // The transaction is open until sshd was asked: a run that dies before its last word leaves the guest as it was.
        let report = try tell(done, request, facts)
        try done.transaction?.commit()
        return .report(report)
    }

    /// Asks sshd, and composes the report.
    private func tell(_ done: Done, _ request: Request, _ facts: Facts) throws -> Report {
        if let removal = request.removal { return try removed(removal, request, done, facts) }
        let work = confirmed(done.work, request)
        guard options.proves else { return Report(carriedOut: request, work: work, proof: nil) }
        guard let user = request.user else {
            guest.log.event("\(name): connecting to sshd")
            return Report(carriedOut: request, work: work, proof: ConnectionProof(guest).run())
        }
        guest.log.event("\(name): asking sshd whether it lets \(user.name.text) in")
        var keys: [AuthorizedKeyLine] = []
        if !user.keys.isEmpty, case .accepted(let lines) = try facts.requestKeys() { keys = lines }
        let proof = LoginProof(guest: guest, user: user, keys: keys).run()
        return Report(carriedOut: request, work: work, proof: proof)
    }

    private func removed(_ user: UserName, _ request: Request, _ done: Done, _ facts: Facts) throws -> Report {
        var account: Account?
        if case .local(let found) = try facts.account(user) { account = found }
        let proof = RemovalProof(guest: guest, user: user, uid: account.flatMap { $0.namesakes == 0 ? $0.entry.uid : nil })
        return Report(
            removed: user, wasThere: account != nil, work: done.work, problems: done.problems,
            remains: options.proves ? proof.run(request) : nil, warnings: request.warnings)
    }

    /// A grant counts when sudo itself shows it: a later rule, or a main file that is not read to its end, may overrule it.
    private func confirmed(_ work: Report.Work, _ request: Request) -> Report.Work {
        guard let user = request.user, work.plan.steps.contains(where: { $0.topic == .sudo }) else { return work }
        let asked = Case(request)
        var facts = Facts()
        let verdict = try? facts.settle({ try SudoNotGranted().judge($0, asked) }, answer: Observer(guest: guest, request: request).answer)
        guard case .found = verdict else { return work }
        let words = "the grant of sudo is written, but sudo does not show it: another rule overrules it; see sudo -l -U \(user.name.text)"
        let finding = Finding(SudoNotGranted(), words, mandate: .nobody)
        let plan = work.plan
        return Report.Work(
            plan: Plan(steps: plan.steps, blocked: plan.blocked + [finding], unknown: plan.unknown, notes: plan.notes), notes: work.notes)
    }

    /// What came of a plan, and what failed when there was no way back any more.
    private struct Done {
        let work: Report.Work
        var problems: [String] = []
        /// Not committed yet; nil where nothing was changed, or there is no way back any more.
        var transaction: Transaction?
    }

    /// A step failed and everything before it was taken back.
    private struct StepFailure: Error {
        let report: Report
    }

    /// Step by step. The first step that cannot be undone may still fail like another one; from the second on there is no way back: what
    /// was done stands, and what fails is told, and the rest is tried.
    private func apply(_ plan: Plan, _ request: Request) throws -> Done {
        guard !plan.steps.isEmpty else { return Done(work: Report.Work(plan: plan, notes: [])) }
        let id = "\(guest.clock.compactTimestamp)-\(try randomToken().prefix(8))"
        let transaction = try Transaction(beginning: id, in: guest.state, of: guest.root)
        let applier = Applier(guest: guest, password: request.user?.password)
        var notes: [(topic: Topic, text: String)] = []
        var problems: [String] = []
        var lasting = 0
        for (number, step) in plan.steps.enumerated() {
            guest.log.event("\(name): step \(number + 1) of \(plan.steps.count): \(step.summary)", [("TOPIC", step.topic.rawValue)])
            // Past the point of no return only forward is safe.
            if lasting < 2, let reason = StopRequest.pending {
                throw takeBack(transaction, applier, step, Fault(step.summary, cause: reason.words))
            }
            // Committed before: a crash from here on must give nothing back to an account that is half gone.
            if step.isLasting, lasting == 1 { try transaction.commit() }
            if step.isLasting { lasting += 1 }
            do throws(Fault) {
                notes += try applier.apply(step, in: transaction).map { (step.topic, $0) }
            } catch {
                guard lasting > 1 else { throw takeBack(transaction, applier, step, error) }
                guest.log.event("\(name): \(error.message)", priority: 3)
                problems.append(error.message)
            }
        }
        if lasting == 0, let reason = StopRequest.pending, let last = plan.steps.last {
            throw takeBack(transaction, applier, last, Fault(last.summary, cause: reason.words))
        }
        if lasting == 1 { try transaction.commit() }
        return Done(work: Report.Work(plan: plan, notes: notes), problems: problems, transaction: lasting == 0 ? transaction : nil)
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
