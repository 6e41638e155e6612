extension Dialogue {
    /// What came of an action. Ends with what to do next, always.
    package mutating func take(_ told: Told) -> Turn {
        guard case .waiting(let pending) = state else { return menu(after: []) }
        switch told {
        case .stopped(let report):
            state = .menu
            let lines = (report.map(Self.lines) ?? []) + wrap("Stopped. To begin again, type: vmaccess-agent console")
            return Turn(lines: lines, next: .leave(.failure))
        case .failed(let message): return failed(message, pending)
        case .lines(let lines): return took(lines, pending)
        case .plan(let plan):
            guard case .plan(let settings) = pending else { return menu(after: []) }
            return planned(plan, settings)
        case .undoPlan(let lines): return undoPlanned(lines)
        case .report(let report): return menu(after: Self.lines(report) + next(report, pending))
        }
    }

    private mutating func failed(_ message: String, _ pending: Pending) -> Turn {
        let advice =
            switch pending {
            case .plan, .work, .undo, .undoPlan: " Nothing was changed."
            case .remount: " Nothing can be changed as long as it is read-only."
            case .diagnosis, .status: ""
            }
        return menu(after: wrap("That did not work: \(message).\(advice)"))
    }

    private mutating func took(_ lines: [String], _ pending: Pending) -> Turn {
        // Most are laid out already.
        let lines = lines.flatMap { $0.utf8.count <= ConsoleLines.width ? [$0] : wrap($0) }
        switch pending {
        case .remount(let choice):
            isWritable = true
            guard let choice else { return menu(after: lines) }
            let turn = follow(choice)
            return Turn(lines: lines + turn.lines, next: turn.next)
        case .diagnosis: return menu(after: lines + wrap("Next: 2 removes what is one user's own, 3 what is SSH's as a whole."))
        default: return menu(after: lines)
        }
    }

    // MARK: plans

    private mutating func planned(_ plan: Plan, _ settings: Settings) -> Turn {
        var lines = ["", "This is what will be done:"]
        for (number, step) in plan.steps.enumerated() {
            lines += Self.wrap("\(number + 1). \(step.summary)\(step.isLasting ? " (cannot be put back)" : "")", indent: "  ")
        }
        let putsOff = surroundings.isRescue && settings.resetSSH
        if putsOff { lines += Self.wrap("at the next boot: reset SSH", indent: "  ") }
        if plan.steps.isEmpty, !putsOff { lines[1] = "Nothing has to be changed: all is as it should be." }
        lines += plan.notes.flatMap { wrap("Note: \($0.text).") }
        if !plan.blocked.isEmpty { lines += [""] + wrap("In the way, and not removed by that:") }
        for finding in plan.blocked { lines += Self.wrap("- \(finding.explanation)", indent: "  ") }
        let byReset = plan.blocked.contains { $0.mandate == .reset }
        if byReset, !settings.resetSSH { lines += wrap("A reset of SSH removes it.") }
        lines += unknown(plan)
        lines.append("")
        lines += wrap(afterwards(settings, isEmpty: plan.steps.isEmpty))
        state = .confirmation(settings, plan)
        mistakes = 0
        return ask(after: lines)
    }

    /// What cannot be judged; by its reason, which many share.
    private func unknown(_ plan: Plan) -> [String] {
        var reasons: [String] = []
        for (_, why) in plan.unknown where !reasons.contains(why) { reasons.append(why) }
        return reasons.flatMap { why in
            wrap("Not known: \(plan.unknown.filter { $0.why == why }.map(\.id).joined(separator: ", ")): \(why).")
        }
    }

    private func afterwards(_ settings: Settings, isEmpty: Bool) -> String {
        if surroundings.isRescue { return "All of it or none. sshd is asked at the next boot whether it lets the user in." }
        let what = isEmpty ? "On yes, sshd is asked" : "All of it or none. Afterwards sshd is asked"
        return settings.username == nil ? "\(what) whether it serves." : "\(what) whether it lets the user in."
    }

    private mutating func undoPlanned(_ lines: [String]) -> Turn {
        state = .undoConfirmation
        mistakes = 0
        return ask(after: ["", "This is what will be put back:"] + lines.flatMap { Self.wrap($0, indent: "  ") } + [""])
    }

    // MARK: reports

    /// A report for somebody who watched it come about.
    static func lines(_ report: Report) -> [String] {
        var lines: [String] = [""]
        for outcome in report.outcomes where outcome.message != report.message && outcome.topic != .settings || outcome.verdict == .warning
        {
            lines += wrap("\(outcome.topic.rawValue): \(outcome.message)", indent: "  ")
        }
        let word =
            switch report.verdict {
            case .success: "SUCCESS"
            case .warning: "WARNING"
            case .error: "ERROR"
            case .transitioning: "UNFINISHED"
            }
        return lines + wrap("\(word): \(report.message)")
    }

    private func next(_ report: Report, _ pending: Pending) -> [String] {
        if case .undo = pending { return wrap("Next: 1 shows what is wrong now, 6 quits.") }
        guard case .work(let settings) = pending else { return [] }
        switch report.verdict {
        case .success:
            guard let name = settings.username else { return wrap("Next: try to log in over SSH; 2 helps a user who still cannot.") }
            return wrap("Next: log in over SSH as \(name.escaped()). Nothing more is to be done here: 6 quits.")
        case .warning:
            if surroundings.isRescue { return wrap("Next: 6 quits and says how to restart this machine; it proves the login then.") }
            return wrap("Next: see above what is still in the way. 1 looks again, 3 resets SSH, 4 puts this back.")
        case .error, .transitioning: return wrap("Next: see above why. 2 or 3 tries again, 1 shows what is wrong.")
        }
    }
}
