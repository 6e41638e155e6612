/// What `undo` may do besides what is safe anyway.
package struct UndoOptions: Hashable, Sendable {
    package var isDryRun = false
    /// Overwrites what has changed since.
    package var isForced = false
    /// Gives back access that was taken away.
    package var restoresAccess = false

    package init() {}
}

/// One record of a finished transaction, and what is there now.
package struct UndoQuestion: Sendable {
    package let undo: Undo
    /// The step's words: "grant sudo to bob".
    package let summary: String
    /// What it would overwrite is not what the transaction left.
    package let isChanged: Bool
    /// Whether the transaction closed an account, which this would open.
    package let opensAccount: Bool
    /// What the file held before the transaction, behind it, and holds now; only for files of keys and files of the system's.
    package let before: [UInt8]?
    package let after: [UInt8]?
    package let now: [UInt8]?

    package init(
        _ undo: Undo, _ summary: String, isChanged: Bool = false, opensAccount: Bool = false, before: [UInt8]? = nil,
        after: [UInt8]? = nil, now: [UInt8]? = nil
    ) {
        self.undo = undo
        self.summary = summary
        self.isChanged = isChanged
        self.opensAccount = opensAccount
        self.before = before
        self.after = after
        self.now = now
    }
}

/// How a finished transaction is reversed, in order.
package struct UndoPlan: Sendable {
    package enum Item: Hashable, Sendable {
        /// As after a crash.
        case takeBack(Undo)
        /// What becomes of a user's file of keys; nil: it goes.
        case keys(UserName, path: ForeignText, contents: [UInt8]?)
    }

    /// What can itself be taken back, should something fail.
    package internal(set) var items: [(item: Item, summary: String)] = []
    /// The account that was made goes; nothing undoes that.
    package internal(set) var removal: UserName?
    /// What comes behind that.
    package internal(set) var last: [Undo] = []
    /// What is left as it is, and why.
    package internal(set) var left: [String] = []
    /// Access that comes back only with `--restore-access`.
    package internal(set) var withheld: [String] = []
    /// Access that does come back.
    package internal(set) var restored: [String] = []
    /// What has changed since, and so is overwritten only with `--force`.
    package internal(set) var changed: [String] = []
    /// Whether sshd has to prove afterwards that it serves.
    package internal(set) var touchesService = false

    package var isEmpty: Bool { items.isEmpty && removal == nil && last.isEmpty }

    /// The dry run.
    package var lines: [String] {
        var lines: [String] = []
        func add(_ words: String) { if !lines.contains(words) { lines.append(words) } }
        for (_, summary) in items { add("take back: \(summary)") }
        if let removal { add("remove the account \(removal.text) (cannot be undone)") }
        lines = lines.enumerated().map { "\($0.offset + 1). \($0.element)" }
        if lines.isEmpty, last.isEmpty { lines.append("nothing to do") }
        lines += restored.map { "comes back: \($0)" }
        lines += withheld.map { "only with --restore-access: \($0)" }
        lines += left.map { "stays: \($0)" }
        lines += changed.map { "has changed since: \($0)" }
        return lines
    }
}

extension Report {
    /// The last word of an undo.
    ///
    /// - Parameters:
    ///   - problems: what failed when there was no way back any more.
    ///   - proof: what sshd answered, where it was asked.
    package init(undid id: String, _ plan: UndoPlan, problems: [String], notes: [String], proof: Proof?) {
        var outcomes: [Outcome] = []
        func add(_ topic: Topic, _ verdict: Verdict, _ message: String) { outcomes.append(Outcome(topic, verdict, message)) }
        for line in plan.lines.filter({ $0 != "nothing to do" }) { add(.settings, .success, line) }
        for note in notes { add(.account, .success, note) }
        for problem in problems { add(.account, .error, problem) }
        if let proof { add(.proof, .success, proof.summary) }
        var words: [String] = []
        if !plan.withheld.isEmpty { words.append("not given back without --restore-access: \(plan.withheld.joined(separator: "; "))") }
        words += plan.left
        if !problems.isEmpty {
            let message = "transaction \(id) is not wholly undone: \(problems.joined(separator: "; ")); see to that by hand"
            self.init(verdict: .error, message: message, outcomes: outcomes, exitCode: .failure)
        } else if plan.isEmpty {
            let message =
                "nothing of transaction \(id) was undone: \(words.isEmpty ? "all is as it was before it" : words.joined(separator: "; "))"
            self.init(verdict: .warning, message: message, outcomes: outcomes, exitCode: .success)
        } else if words.isEmpty {
            self.init(verdict: .success, message: "transaction \(id) is undone", outcomes: outcomes, exitCode: .success)
        } else {
            let message = "transaction \(id) is undone, but for this: \(words.joined(separator: "; "))"
            self.init(verdict: .warning, message: message, outcomes: outcomes, exitCode: .success)
        }
    }
}
