package import AgentCore

/// A person's session with `Dialogue`: its questions go to the terminal, its actions to the guest, by the same code that other ways in
/// use.
package struct ConsoleSession {
    /// What the journal and the status call it.
    package static let source = "console"

    private let guest: Guest
    private let terminal: PersonTerminal
    /// How long nobody need type.
    private let patience: Int
    /// What it changes of the mounts goes back at its end.
    private let root = RootMount()

    package init(_ guest: Guest, _ terminal: PersonTerminal, patience: Int) {
        self.guest = guest
        self.terminal = terminal
        self.patience = patience
    }

    package func run(_ surroundings: Surroundings) -> ExitCode {
        defer { makeReadOnlyAgain() }
        return talk(surroundings)
    }

    private func talk(_ surroundings: Surroundings) -> ExitCode {
        var dialogue = Dialogue(surroundings)
        var turn = dialogue.begin()
        while true {
            turn.lines.forEach(terminal.screen.show)
            switch turn.next {
            case .ask(let question): turn = dialogue.take(terminal.ask(question, seconds: patience))
            case .perform(let action): turn = dialogue.take(perform(action))
            case .leave(let code): return code
            }
        }
    }

    private func perform(_ action: Dialogue.Action) -> Dialogue.Told {
        do throws(Fault) {
            return try carryOut(action)
        } catch {
            return StopRequest.pending == nil ? .failed(error.message) : .stopped(nil)
        }
    }

    private func carryOut(_ action: Dialogue.Action) throws(Fault) -> Dialogue.Told {
        switch action {
        case .plan(let settings): return try plan(settings)
        case .carryOut(let settings): return try carryOut(settings)
        case .status:
            guard let bytes = try StatusFile(guest).read(StatusFile.latest) else { return .lines(["Nothing has been carried out yet."]) }
            return .lines(StatusText.lines(bytes))
        case .remount:
            try root.makeWritable(guest)
            return .lines(["The root file system is writable now; it is made read-only again when this session ends."])
        case .planUndo:
            var options = UndoOptions()
            options.isDryRun = true
            // What cannot be undone, or that there is nothing, is a sentence like others.
            switch try undo(options) {
            case .plan(let lines): return .undoPlan(lines)
            case .report(let report): return StopRequest.pending == nil ? .lines([report.message]) : .stopped(nil)
            }
        case .undo:
            guard case .report(let report) = try undo(UndoOptions()) else { return .failed("nothing was planned") }
            return try end(report)
        case .diagnose(let user):
            let report = Examination(guest, DiagnosisQuestion(user: user)).run()
            return .lines(DiagnosisText(report, colours: .init(isOn: false)).lines)
        }
    }

    private func makeReadOnlyAgain() {
        guard root.isChanged else { return }
        let problem = StopRequest.deferred { () -> Fault? in
            do throws(Fault) { try root.makeReadOnly(guest) } catch { return error }
            return nil
        }
        terminal.screen.show(
            problem.map { "The root file system stays writable: \($0.message)." } ?? "The root file system is read-only again.")
    }

    private func plan(_ settings: Settings) throws(Fault) -> Dialogue.Told {
        if guest.isRescue, settings.username == nil { return .plan(Plan(steps: [], blocked: [], unknown: [])) }
        var options = Runner.Options()
        options.isDryRun = true
        switch try run(settings, options) {
        case .plan(let plan): return .plan(plan)
        case .underWay: return .failed("nothing was planned")
        case .report(let report): return StopRequest.pending == nil ? .failed(report.message) : .stopped(nil)
        }
    }

    private func carryOut(_ settings: Settings) throws(Fault) -> Dialogue.Told {
        let report: Report
        if guest.isRescue, settings.username == nil {
            try guest.ensureFolders()
            report = PutOff.reset
        } else {
            guard case .report(let made) = try run(settings, Runner.Options()) else { return .failed("nothing was planned") }
            report = made
        }
        if guest.isRescue, report.verdict != .error { try PutOffFolder(guest).keep(PutOff(settings)) }
        return try end(report)
    }

    private func end(_ report: Report) throws(Fault) -> Dialogue.Told {
        try StatusFile(guest).write(report, for: nil)
        guest.log.record(report, source: Self.source)
        return StopRequest.pending == nil ? .report(report) : .stopped(report)
    }

    private func undo(_ options: UndoOptions) throws(Fault) -> UndoRunner.Result {
        let lock = try lock()
        let result = UndoRunner(guest, options).run(nil)
        _ = consume lock
        return result
    }

    /// Not for longer than one action: nobody holds it while somebody thinks.
    private func lock() throws(Fault) -> RunLock {
        try guest.ensureFolders()
        let lock = try RunLock(guest, seconds: 300)
        Recovery(guest).run()
        return lock
    }

    private func run(_ settings: Settings, _ options: Runner.Options) throws(Fault) -> Runner.Result {
        var settings = settings
        var options = options
        if guest.isRescue {
            options.offline = PutOff.reason
            settings.resetSSH = false
        }
        let lock = try lock()
        let result = Runner(guest: guest, options: options, name: Self.source).carryOut(settings)
        _ = consume lock
        return result
    }
}
