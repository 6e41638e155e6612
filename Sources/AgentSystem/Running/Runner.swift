package import AgentCore

/// One run, from the bytes of the settings to the report: the one way through.
package struct Runner {
    package struct Options: Sendable {
        package var isDryRun = false
        package var proves = true
        /// Why nothing can be asked of sshd now, where that is so: a rescue shell. Then nothing is proven either.
        package var offline: String?
        /// Where the Azure agent keeps the certificates and keys that settings are sealed for.
        package var certificateFolders = ["/var/lib/waagent"]
        /// Where a check or repair of disks that outlasts the run writes its last word.
        package var lastWord = DiskJob.LastWord()
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
        /// All is done but the disks', which goes on by itself, and writes the last word.
        case underWay(DiskJob)
    }

    package func carryOut(_ settings: Secret) -> Result {
        reporting { asked in
            let document = try SettingsDocument.read(settings)
            if document.form == .empty {
                throw Refusal(
                    reason: "empty", message: "the settings are empty: nothing was sent, or it was lost on the way; send them again")
            }
            let opener = SettingsOpener(guest, certificateFolders: options.certificateFolders)
            return try carryOut(opener.settings(document), &asked)
        }
    }

    /// Settings that somebody typed.
    package func carryOut(_ settings: Settings) -> Result {
        reporting { asked in try carryOut(settings, &asked) }
    }

    private func carryOut(_ settings: Settings, _ asked: inout Asked) throws -> Result {
        asked.nonce = settings.nonce
        let request = try Request(settings)
        asked = Asked(request, nonce: settings.nonce)
        return try carryOut(request)
    }

    private func reporting(_ body: (inout Asked) throws -> Result) -> Result {
        var asked = Asked()
        let result = judged { try body(&asked) }
        guard case .report(var report) = result else { return result }
        report.asked = asked
        return .report(report)
    }

    private func judged(_ body: () throws -> Result) -> Result {
        do {
            return try body()
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
        var plan = try facts.settle({ try Planner.plan(request, $0, under: options.site) }, answer: observer.answer)
        if options.offline != nil { plan = plan.withoutConnecting }
        if options.isDryRun { return .plan(plan) }
        let done: StepSequence.Done
        do {
            done = try apply(plan, request)
        } catch let failure as StepSequence.Failure {
            return .report(failure.report.withoutDisks(plan.disks))
        }
        // The transaction is open until sshd was asked: a run that dies before its last word leaves the guest as it was.
        let report = try tell(done, request, facts)
        if let transaction = done.transaction { try Applier(guest: guest, password: nil).commit(transaction) }
        guard let disks = plan.disks else { return .report(report) }
        return work(on: disks, after: report, isAlone: request.isAboutDisksAlone)
    }

    private func work(on disks: DiskPlanner.Result, after report: Report, isAlone: Bool) -> Result {
        func ended(_ why: String) -> Result {
            .report(report.adding(disks.tasks.map { DiskResult($0, .failed(why)) }, notes: disks.notes, isAlone: isAlone))
        }
        if disks.tasks.isEmpty { return .report(report.adding([], notes: disks.notes, isAlone: isAlone)) }
        if let reason = StopRequest.pending { return ended(reason.words) }
        for task in disks.tasks { guest.log.event("\(name): \(task.summary)", [("TOPIC", Topic.disk.rawValue)]) }
        do throws(Fault) {
            return .underWay(try DiskJob.start(disks, before: report, isAlone: isAlone, lastWord: options.lastWord, guest))
        } catch {
            return ended(error.message)
        }
    }

    /// Asks sshd, and composes the report.
    private func tell(_ done: StepSequence.Done, _ request: Request, _ facts: Facts) throws -> Report {
        if request.isAboutDisksAlone {
            let warnings = request.warnings.map { Report.Outcome(.settings, .warning, $0) }
            return Report(verdict: .success, message: "", outcomes: warnings, exitCode: .success)
        }
        if let removal = request.removal { return try removed(removal, request, done, facts) }
        let work = confirmed(done.work, request)
        if let offline = options.offline { return Report(carriedOut: request, work: work, proof: nil, unproven: offline) }
        guard options.proves else { return Report(carriedOut: request, work: work, proof: nil) }
        guard let user = request.user else {
            guest.log.event("\(name): connecting to sshd")
            return Report(carriedOut: request, work: work, proof: ConnectionProof(guest).run())
        }
        guest.log.event("\(name): asking sshd whether it lets \(user.name.text) in")
        var keys: [AuthorizedKeyLine] = []
        if !user.keys.isEmpty, case .accepted(let lines) = try facts.requestKeys() { keys = lines }
        let proof = LoginProof(guest: guest, user: user, keys: keys).run()
        return Report(carriedOut: request, work: work, proof: proof, remaining: proof.isProven ? [] : remaining(user.name))
    }

    /// What the same catalogue says of the guest as it is now.
    private func remaining(_ user: UserName) -> [Finding] {
        var facts = Facts()
        return Examination(guest, DiagnosisQuestion(user: user)).judge(&facts, Case(diagnosing: user)).blocking
    }

    private func removed(_ user: UserName, _ request: Request, _ done: StepSequence.Done, _ facts: Facts) throws -> Report {
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

    private func apply(_ plan: Plan, _ request: Request) throws -> StepSequence.Done {
        guard !plan.steps.isEmpty else { return StepSequence.Done(work: Report.Work(plan: plan, notes: [])) }
        let transaction = try Transaction(guest, request.summary, user: request.removal ?? request.subject)
        return try StepSequence(guest: guest, name: name, password: request.user?.password).carryOut(plan, in: transaction)
    }
}
