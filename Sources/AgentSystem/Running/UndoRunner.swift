package import AgentCore
internal import Glibc

/// Reverses a finished transaction, in a transaction of its own.
package struct UndoRunner {
    private let guest: Guest
    private let options: UndoOptions
    private static let name = "undo"

    package init(_ guest: Guest, _ options: UndoOptions) {
        self.guest = guest
        self.options = options
    }

    package enum Result: Sendable {
        case report(Report)
        case plan([String])
    }

    /// - Parameter id: nil for the newest.
    package func run(_ id: String?) -> Result {
        do {
            let finished = try TransactionHistory(guest).find(id)
            if let other = finished.undoneBy {
                throw Refusal(
                    reason: "undone",
                    message: "transaction \(finished.header.id) is undone already, by \(other); undo that one to have it again")
            }
            let plan = try plan(finished)
            let removal = try plan.removal.map { try removalPlan($0, plan, finished.journal) }
            if options.isDryRun { return .plan(plan.lines) }
            if !plan.changed.isEmpty, !options.isForced {
                throw Refusal(
                    reason: "changed-since",
                    message:
                        "changed since, and not by transaction \(finished.header.id): \(plan.changed.joined(separator: "; ")); nothing was "
                        + "undone; look at it, and have it overwritten by: vmaccess-agent undo \(finished.header.id) --force")
            }
            return .report(try carryOut(plan, removal, finished))
        } catch let refusal as Refusal {
            return .report(Report(verdict: .error, message: refusal.message, outcomes: [], exitCode: .refused))
        } catch let failure as StepSequence.Failure {
            return .report(failure.report)
        } catch let fault as Fault {
            return .report(Report(verdict: .error, message: fault.message, outcomes: [], exitCode: .failure))
        } catch {
            return .report(Report(verdict: .error, message: "unexpected: \(error)", outcomes: [], exitCode: .failure))
        }
    }

    /// Why it cannot be undone as it is; nil where it can.
    func obstacle(to finished: TransactionHistory.Finished) -> String? {
        do {
            let plan = try plan(finished)
            if !plan.changed.isEmpty { return "only with --force, since this has changed: \(plan.changed.joined(separator: "; "))" }
            if let removal = plan.removal { _ = try removalPlan(removal, plan, finished.journal) }
            if plan.isEmpty, !plan.withheld.isEmpty { return "only with --restore-access: \(plan.withheld.joined(separator: "; "))" }
            return plan.isEmpty ? plan.left.first ?? "all is as it was before it" : nil
        } catch let refusal as Refusal {
            return refusal.message
        } catch let fault as Fault {
            return fault.message
        } catch {
            return "\(error)"
        }
    }

    // MARK: planning

    private func plan(_ finished: TransactionHistory.Finished) throws -> UndoPlan {
        let journal = finished.journal
        guard journal.marks.count == journal.undos.count else {
            throw Refusal(
                reason: "no-marks",
                message: "the journal of transaction \(finished.header.id) does not say what it left, so it cannot be undone")
        }
        let applier = Applier(guest: guest, password: nil)
        var isSame: Bool?
        if let user = finished.header.user, let now = applier.account(of: user) { isSame = now == journal.account }
        var use: String?
        if isSame == true, let user = finished.header.user, journal.undos.contains(where: Self.isMaking) {
            use = try self.use(of: user, Applier.keys(journal.undos))
        }
        var questions: [UndoQuestion] = []
        for (index, undo) in journal.undos.enumerated() {
            questions.append(question(undo, journal.summaries[index], journal.marks[index], journal.folder, applier))
        }
        return UndoPlanner.plan(questions, for: finished.header.user, isSameAccount: isSame, accountUse: use, options)
    }

    private static func isMaking(_ undo: Undo) -> Bool {
        if case .tool(let call) = undo { call.tool == .userdel && call.arguments.contains("--remove") } else { false }
    }

    /// Why an account that was made is somebody's by now.
    private func use(of user: UserName, _ keys: [ForeignText]) throws -> String? {
        let account = try guest.accounts.account(user)
        let processes = try UserProcesses(uid: account.entry.uid).all()
        if !processes.isEmpty { return "\(user.text) is logged in (process \(processes.map(String.init).joined(separator: ", ")))" }
        let home = Home(guest: guest, path: account.entry.home, identity: try guest.accounts.identity(of: account))
        return try home.stranger(keys: keys).map { "\($0) is in the home of \(user.text)" }
    }

    private func question(_ undo: Undo, _ summary: String, _ mark: String, _ folder: String, _ applier: Applier) -> UndoQuestion {
        let isChanged = applier.isChanged(undo, since: mark, savedIn: folder)
        let root = guest.root
        func saved(_ name: String?) -> [UInt8]? { name.flatMap { (try? root.read("\(folder)/\($0)")) ?? nil } }
        switch undo {
        case .file(let path, let name, _, _, _):
            let now = (try? root.read(path)) ?? nil
            return UndoQuestion(undo, summary, isChanged: isChanged, before: saved(name), after: now, now: now)
        case .keys(let user, let path, let name):
            let now = (try? guest.keysFile(of: user, path: path).read()) ?? nil
            let after = (try? applier.kept(mark, in: folder)) ?? nil
            return UndoQuestion(undo, summary, isChanged: isChanged, before: saved(name), after: after, now: now)
        default: return UndoQuestion(undo, summary, isChanged: isChanged, opensAccount: mark == Applier.closed)
        }
    }

    /// How the account goes: as with `remove_user`, but for its home, which goes only as far as the agent made it.
    private func removalPlan(_ user: UserName, _ plan: UndoPlan, _ journal: TransactionJournal) throws -> Plan {
        let settings = JSONOutput.object([("remove_user", .string(user.text))]).compact()
        let observer = Observer(guest: guest, request: try Request(settings: Secret(copying: settings)))
        var facts = Facts()
        let removal = try facts.settle({ try RemovalPlanner.plan(user, $0) }, answer: observer.answer)
        let keys = Applier.keys(journal.undos)
        let steps = removal.steps.map { step in
            guard case .home(let change) = step.change, change.action == .remove else { return step }
            let kept = HomeChange(user: change.user, home: change.home, .removeMade(keys: keys))
            return Step(step.topic, step.summary, .home(kept), isLasting: step.isLasting)
        }
        return Plan(steps: steps, blocked: removal.blocked, unknown: removal.unknown, notes: removal.notes)
    }

    // MARK: carrying out

    private func carryOut(_ plan: UndoPlan, _ removal: Plan?, _ finished: TransactionHistory.Finished) throws -> Report {
        let header = finished.header
        let folder = finished.journal.folder
        if plan.isEmpty { return Report(undid: header.id, plan, problems: [], notes: [], proof: nil) }
        let transaction = try Transaction(guest, "undo \(header.id) (\(header.what))", user: header.user, undoes: header.id)
        let applier = Applier(guest: guest, password: nil)
        let sequence = StepSequence(guest: guest, name: Self.name, password: nil)
        var proof: Proof?
        do throws(Fault) {
            for (item, summary) in plan.items {
                guest.log.event("\(Self.name): taking back: \(summary)")
                if let reason = StopRequest.pending { throw Fault("take back: \(summary)", cause: reason.words) }
                switch item {
                case .takeBack(let undo): try takeBack(undo, folder, summary, applier, transaction)
                case .keys(let user, let path, let contents): try applier.setKeys(of: user, path, to: contents, summary, in: transaction)
                }
            }
            if plan.touchesService { proof = try requireService() }
        } catch {
            throw sequence.takeBack(transaction, plan.touchesService ? .service : .account, error)
        }
        var done = StepSequence.Done(
            work: Report.Work(plan: Plan(steps: [], blocked: [], unknown: []), notes: []), transaction: transaction)
        if let removal { done = try sequence.carryOut(removal, in: transaction) }
        if let open = done.transaction { try applier.commit(open) }
        // What is left is harmless wherever it ends: empty folders, and what was moved out of the way of what is gone now.
        let problems = done.problems + applier.takeBack(plan.last.reversed(), savedIn: folder)
        let notes = done.work.notes.map(\.text) + done.work.plan.notes.map(\.text)
        return Report(undid: header.id, plan, problems: problems, notes: notes, proof: proof)
    }

    private func takeBack(_ undo: Undo, _ folder: String, _ summary: String, _ applier: Applier, _ transaction: Transaction) throws(Fault) {
        guard case .file(let path, _, _, _, _) = undo, path == "/etc/sudoers" || path.hasPrefix("/etc/sudoers.d/") else {
            return try applier.takeBack(undo, savedIn: folder, summary, in: transaction)
        }
        let wasWhole = try applier.isSudoWhole()
        try applier.takeBack(undo, savedIn: folder, summary, in: transaction)
        if wasWhole, try !applier.isSudoWhole() {
            throw Fault("put back \(path)", cause: "with it sudo's configuration as a whole is no longer valid")
        }
    }

    /// sshd, asked over connections, as after a change to it.
    private func requireService() throws(Fault) -> Proof {
        if let why = SSHD(guest).complaint() { throw Fault("have sshd serve with it", cause: "sshd refuses it: \(why)") }
        try ConnectionProof(guest).require()
        return ConnectionProof(guest).run()
    }
}
