/// What became of one file system.
package struct DiskResult: Sendable {
    package enum End: Sendable {
        /// The checker ended by itself.
        case ended(FsckExit)
        /// It did not come to that, or it did not end by itself; why.
        case failed(String)
    }

    package let task: DiskTask
    package let end: End
    /// What the checker found, in its own words, escaped and bounded.
    package let said: String
    /// What is not as it was: it could not be mounted again, and why.
    package let problems: [String]

    package init(_ task: DiskTask, _ end: End, said: String = "", problems: [String] = []) {
        self.task = task
        self.end = end
        self.said = said
        self.problems = problems
    }

    var verdict: Report.Verdict {
        guard problems.isEmpty, case .ended(let exit) = end, exit.isAnswer else { return .error }
        if exit.contains(.uncorrected) { return task.action == .check ? .warning : .error }
        return exit.contains(.reboot) ? .warning : .success
    }

    var message: String {
        let what = "\(task.node) (\(task.type))"
        var words: String
        switch end {
        case .failed(let why): words = "\(what) was not \(task.action == .check ? "checked" : "repaired"): \(why)"
        case .ended(let exit):
            words = "\(what): \(exit.words)"
            if task.action == .check, exit.contains(.uncorrected) {
                words = "\(what) has errors; to have them corrected send \"repair_disk\": true and \"disk_name\": \"\(task.name)\""
            }
            if !said.isEmpty { words += " [\(said)]" }
        }
        if !task.points.isEmpty, problems.isEmpty {
            words += "; it is mounted on \(task.points.map { $0.escaped() }.joined(separator: ", ")) again"
        }
        return ([words] + problems).joined(separator: "; ")
    }
}

extension Report {
    /// While the unit still runs.
    package func waiting(for tasks: [DiskTask], unit: String) -> Report {
        let nodes = tasks.map(\.node).joined(separator: ", ")
        let words =
            "\(tasks.contains { $0.action == .repair } ? "repairing" : "checking") \(nodes) by \(unit); "
            + "this status is written anew when that has ended"
        return Report(
            verdict: .transitioning, message: words, outcomes: outcomes + [Outcome(.disk, .transitioning, words)], exitCode: .success)
    }

    /// With what became of the file systems. The other actions of the request stand by themselves.
    ///
    /// - Parameter isAlone: whether nothing else was asked for, so that this report says nothing yet.
    package func adding(_ results: [DiskResult], notes: [String], isAlone: Bool) -> Report {
        var words = results.map(\.message)
        var outcomes = outcomes + results.map { Outcome(.disk, $0.verdict, $0.message) }
        var worst = results.map(\.verdict)
        if !notes.isEmpty { outcomes.append(Outcome(.disk, .success, notes.joined(separator: "; "))) }
        if results.isEmpty {
            worst.append(.warning)
            words.append((["there is no file system that could be checked now"] + notes).joined(separator: "; "))
        }
        if !isAlone { worst.append(verdict) }
        let verdict: Verdict = worst.contains(.error) ? .error : worst.contains(.warning) ? .warning : .success
        let rest = isAlone ? [] : [bare]
        let sentence = (rest + words).joined(separator: "; ")
        let lead = verdict == .success ? "Enable succeeded. " : verdict == .error ? "Enable failed: " : ""
        return Report(
            verdict: verdict, message: lead + sentence, outcomes: outcomes, exitCode: verdict == .error ? .failure : .success)
    }

    /// Of a request whose other actions failed, so that its disks were left alone.
    package func withoutDisks(_ disks: DiskPlanner.Result?) -> Report {
        guard let tasks = disks?.tasks, !tasks.isEmpty else { return self }
        let words = "not begun, since the rest failed: \(tasks.map(\.node).joined(separator: ", "))"
        return Report(verdict: verdict, message: message, outcomes: outcomes + [Outcome(.disk, .warning, words)], exitCode: exitCode)
    }

    /// The message without the words that clients look for.
    private var bare: String {
        for lead in ["Enable succeeded. ", "Enable failed: "] where message.hasPrefix(lead) { return String(message.dropFirst(lead.count)) }
        return message
    }
}
