/// Plans how a finished transaction is reversed. Pure.
///
/// A crash is taken back whole, at once, by the records alone. This comes days later: what others changed since is theirs, access
/// that was taken away stays away, and what keeps sshd from serving does not come back.
package struct UndoPlanner {
    private let options: UndoOptions
    /// Whether the account has the uid and the home that it had; nil where there is none.
    private let isSameAccount: Bool?
    private let user: UserName?
    /// The steps that changed the field of a password, by their words, and of those the ones that only took a lock mark away.
    private let ofPasswords: Set<String>
    private let ofLockMarks: Set<String>
    private let makesAccount: Bool
    private var plan = UndoPlan()

    /// - Parameters:
    ///   - isSameAccount: of the user whom the transaction is about; nil where there is no such account any more.
    ///   - accountUse: why an account that the transaction made is in use now; nil where it is not.
    package static func plan(
        _ questions: [UndoQuestion], for user: UserName?, isSameAccount: Bool?, accountUse: String?, _ options: UndoOptions
    ) -> UndoPlan {
        var planner = UndoPlanner(questions, user, isSameAccount, options)
        if planner.plan.removal != nil, let accountUse { planner.changed(accountUse) }
        for question in questions.reversed() { planner.consider(question) }
        return planner.plan
    }

    private init(_ questions: [UndoQuestion], _ user: UserName?, _ isSameAccount: Bool?, _ options: UndoOptions) {
        self.user = user
        self.isSameAccount = isSameAccount
        self.options = options
        ofPasswords = Set(questions.filter { if case .password = $0.undo { true } else { false } }.map(\.summary))
        ofLockMarks = Set(
            questions.filter { if case .tool(let call) = $0.undo { call.arguments.first == "--lock" } else { false } }.map(\.summary))
        makesAccount = questions.contains { Self.isMaking($0.undo) }
        if makesAccount, isSameAccount == true { plan.removal = user }
    }

    /// Whether it is the undo of useradd for a person.
    private static func isMaking(_ undo: Undo) -> Bool {
        if case .tool(let call) = undo { call.tool == .userdel && call.arguments.contains("--remove") } else { false }
    }

    private mutating func consider(_ question: UndoQuestion) {
        switch question.undo {
        case .tool(let call): tool(call, question)
        case .password(let user, _):
            if plan.removal == nil, isSameAccount == true, !ofLockMarks.contains(question.summary) {
                left("the old password of \(user.text) is not kept; the one that was set stays")
            }
        case .file(let path, let saved, _, _, _): file(path, saved, question)
        case .keys(let user, let path, _): keys(user, path, question)
        case .proofLine: take(question)
        case .home(let undo): home(undo, question)
        case .folder: plan.last.append(question.undo)
        case .service(let undo): service(undo, question)
        }
    }

    // MARK: what becomes of one

    private mutating func take(_ question: UndoQuestion, _ item: UndoPlan.Item? = nil) {
        plan.items.append((item ?? .takeBack(question.undo), question.summary))
    }

    private mutating func left(_ words: String) { if !plan.left.contains(words) { plan.left.append(words) } }

    private mutating func changed(_ words: String) { if !plan.changed.contains(words) { plan.changed.append(words) } }

    /// Whether it may be overwritten; told where not.
    private mutating func isUntouched(_ question: UndoQuestion, _ what: String) -> Bool {
        if !question.isChanged { return true }
        changed(what)
        return options.isForced
    }

    /// Whether access may come back; told either way.
    private mutating func mayGive(_ access: [String]) -> Bool {
        if access.isEmpty { return true }
        guard isSameAccount == true || user == nil else {
            for words in access {
                left("\(words) does not come back: \(user.map { "\($0.text) is" } ?? "its user is") \(Self.gone(isSameAccount))")
            }
            return false
        }
        if options.restoresAccess { plan.restored += access } else { plan.withheld += access }
        return options.restoresAccess
    }

    private static func gone(_ isSame: Bool?) -> String {
        isSame == nil ? "no account any more" : "another account by now (its uid or its home is not the same)"
    }

    /// What is the account's own and goes with it, or is another's by now.
    private mutating func isOwnStill() -> Bool {
        if plan.removal != nil { return false }
        if isSameAccount == true { return true }
        if let user, !makesAccount || isSameAccount == false {
            left("what was changed of \(user.text)'s own: \(user.text) is \(Self.gone(isSameAccount))")
        }
        return false
    }

    private mutating func tool(_ call: ToolCall, _ question: UndoQuestion) {
        if Self.isMaking(question.undo) {
            if isSameAccount == false, let user { left("the account \(user.text) is \(Self.gone(false)), so it is not removed") }
            return
        }
        if call.tool == .userdel { return left("the user \(call.arguments.last ?? "") stays: sshd needs it") }
        guard isOwnStill() else { return }
        // The day of the last change belongs to the field.
        if call.tool == .chage, ofPasswords.contains(question.summary) { return }
        guard isUntouched(question, "what this is about: \(question.summary)") else { return }
        if question.opensAccount, !mayGive(["the account itself, which was closed"]) { return }
        take(question)
    }

    private mutating func file(_ path: String, _ saved: String?, _ question: UndoQuestion) {
        let shown = ForeignText(path).escaped()
        if saved?.hasSuffix(".secret") == true { return left("the old passwords in \(shown), which are not kept") }
        if saved != nil, question.before == nil { return left("\(shown): what it held before is lost") }
        if question.now == question.before { return }
        if saved == nil, path.hasPrefix("/etc/ssh/ssh_host_") { return left("\(shown): sshd needs a host key") }
        guard isUntouched(question, shown), mayGive(Self.access(path, question)) else { return }
        if ConfigurationPaths.isConfiguration(path) { plan.touchesService = true }
        take(question)
    }

    /// What a file gave somebody, and would give again.
    private static func access(_ path: String, _ question: UndoQuestion) -> [String] {
        let shown = ForeignText(path).escaped()
        guard let before = question.before else { return [] }
        if path == "/etc/sudoers" || path.hasPrefix("/etc/sudoers.d/") {
            let (taken, added) = SudoersLines.difference(before, question.after ?? [])
            // One rule in place of another takes nothing away.
            return added.isEmpty ? taken.map { "in \(shown): \(ForeignText($0).escaped(limit: 100))" } : []
        }
        // What came to be without a file of its own: somebody's keys, jobs, exception.
        if question.after == nil, ConfigurationPaths.isOwn(path) || !ConfigurationPaths.isConfiguration(path) { return [shown] }
        return []
    }

    private mutating func keys(_ user: UserName, _ path: ForeignText, _ question: UndoQuestion) {
        let isBelowHome = path.bytes.first != UInt8(ascii: "/")
        if isBelowHome, !isOwnStill() { return }
        let shown = isBelowHome ? "~\(user.text)/\(path.escaped())" : path.escaped()
        guard question.now != question.before, isUntouched(question, shown) else { return }
        func reversed(_ restoring: Bool) -> AuthorizedKeys.Reversed {
            AuthorizedKeys.reversing(question.now, before: question.before, after: question.after, restoringAccess: restoring)
        }
        var result = reversed(options.restoresAccess)
        if !mayGive(result.taken.map { "the key \($0.shown) in \(shown)" }) { result = reversed(false) }
        if result.leavesNone, !options.isForced {
            return left("the keys in \(shown): without them \(user.text) would have none (--force takes them away all the same)")
        }
        if result.bytes != question.now { take(question, .keys(user, path: path, contents: result.bytes)) }
    }

    private mutating func home(_ undo: HomeUndo, _ question: UndoQuestion) {
        let isHome = undo.change.part.isEmpty
        if case .renamed = undo.former, isHome {
            // Comes back when what took its place is gone.
            return plan.last.append(question.undo)
        }
        guard isOwnStill() else { return }
        switch undo.former {
        case .nothing: plan.last.append(question.undo)
        case .renamed: if mayGive(["what was at \(undo.change.shown)"]) { take(question) }
        case .owner, .mode, .attributes: if isUntouched(question, undo.change.shown) { take(question) }
        }
    }

    private mutating func service(_ undo: ServiceUndo, _ question: UndoQuestion) {
        switch undo {
        case .serving(let unit, _):
            // Never to stop it, whatever it was before.
            plan.touchesService = true
            take(question, .takeBack(.service(.serving(unit: unit, isActive: true))))
        case .mask(let unit): left("\(unit) unmasked: masked, it would not serve after the next boot")
        case .disable(let unit): left("\(unit) enabled: disabled, it would not serve after the next boot")
        case .moved(let path, let to):
            if path == ConfigurationPaths.notToBeRun || path.contains("/systemd/") {
                return left("\(ForeignText(path).escaped()) set aside (as \(ForeignText(to).escaped())): with it sshd did not serve")
            }
            plan.touchesService = plan.touchesService || ConfigurationPaths.isConfiguration(path)
            if isUntouched(question, ForeignText(path).escaped()) { take(question) }
        case .attributes(let path, _, _, _): if isUntouched(question, ForeignText(path).escaped()) { take(question) }
        case .linked: take(question)
        case .rule, .removedRule:
            plan.touchesService = true
            take(question)
        }
    }
}

extension ConfigurationPaths {
    /// sshd's own files.
    package static func isConfiguration(_ path: String) -> Bool {
        path == main || path.hasPrefix("\(main).") || path.hasPrefix("\(dropIns)/")
    }
}

extension SudoersLines {
    /// The rules that one file has and the other has not, comments and empty lines left out.
    package static func difference(_ before: [UInt8], _ after: [UInt8]) -> (taken: [[UInt8]], added: [[UInt8]]) {
        func rules(_ file: [UInt8]) -> [[UInt8]] {
            logicalLines(file).map { line in
                Array(line.drop(while: SudoersScanner.isBlank).reversed().drop { SudoersScanner.isBlank($0) || $0 == 0x0a }.reversed())
            }
            .filter { $0.first.map { $0 != UInt8(ascii: "#") } ?? false }
        }
        let (old, new) = (rules(before), rules(after))
        return (old.filter { !new.contains($0) }, new.filter { !old.contains($0) })
    }
}
