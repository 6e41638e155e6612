/// What `vmaccess-agent console` says and asks, as a machine of states: an answer goes in, lines and the next question come out.
///
/// Pure: it touches neither terminal nor guest. What is to be done goes out as an `Action`, and what came of it comes in again. Whoever
/// sits there has read nothing and has slept little: so one question at a time, each with its answers; a wrong answer costs a sentence
/// and the question again; an empty one always leads back.
package struct Dialogue {
    /// What is to be done before the next question.
    package enum Action: Sendable {
        /// Looks for what is in the way, of this user or of all.
        case diagnose(UserName?)
        /// Plans, and changes nothing.
        case plan(Settings)
        case carryOut(Settings)
        case planUndo
        case undo
        case status
        /// Makes the root file system writable.
        case remount
    }

    package enum Next: Sendable {
        case ask(Question)
        case perform(Action)
        case leave(ExitCode)
    }

    package struct Question: Hashable, Sendable {
        package let prompt: String
        /// What is typed is not shown.
        package let isHidden: Bool
    }

    package struct Turn: Sendable {
        package let lines: [String]
        package let next: Next
    }

    /// What came of a question.
    package enum Answer: Sendable {
        case line(Secret)
        case tooLong
        case interrupted
        /// The end of a pipe, Ctrl-D, or a hang-up.
        case endOfInput
        /// Nobody typed for so many seconds.
        case timedOut(seconds: Int)
    }

    /// What came of an action.
    package enum Told: Sendable {
        case plan(Plan)
        case lines([String])
        /// What putting back the last change would do.
        case undoPlan([String])
        case report(Report)
        case failed(String)
        /// The run was told to stop: by a signal, or by Ctrl-C.
        case stopped(Report?)
    }

    enum State {
        case start
        case remountQuestion(thenMenu: Choice?)
        case menu
        case diagnosedName
        case userName
        case credential(UserName)
        case password(Wish)
        case passwordAgain(Wish, Secret)
        case key(Wish, KeyPieces)
        case confirmation(Settings, Plan)
        case undoConfirmation
        case waiting(Pending)
    }

    /// What an action was begun for.
    enum Pending {
        case diagnosis
        case plan(Settings)
        case work(Settings)
        case undoPlan
        case undo
        case status
        case remount(thenMenu: Choice?)
    }

    /// What a user is to get, as far as it is known.
    struct Wish {
        let user: UserName
        var password: Secret?
        let wantsPassword: Bool
        let wantsKey: Bool
    }

    enum Choice: Int, CaseIterable { case diagnose = 1, user, reset, undo, status, quit }

    let surroundings: Surroundings
    var state = State.start
    /// Answers in a row that were none.
    var mistakes = 0
    var isWritable: Bool

    /// So many, and it leads back to the menu; there it ends, since nobody seems to sit there.
    static let mostMistakes = 5

    package init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
        isWritable = !surroundings.isReadOnly
    }

    // MARK: turns

    package mutating func begin() -> Turn {
        var lines = wrap("\(surroundings.title): gets people back into this machine over SSH.")
        if !surroundings.missing.isEmpty {
            lines += surroundings.missing.flatMap { wrap($0) }
            lines += wrap("When that is done, type: vmaccess-agent console")
            return Turn(lines: lines, next: .leave(.failure))
        }
        lines += surroundings.notes.flatMap { wrap($0) }
        return isWritable ? menu(after: lines) : askRemount(then: nil, after: lines)
    }

    package mutating func take(_ answer: Answer) -> Turn {
        switch answer {
        case .line(let line): return take(line)
        case .tooLong: return mistake("That was too long for an answer.")
        case .interrupted: return leave("Stopped.")
        case .endOfInput: return leave("The input has ended.")
        case .timedOut(let seconds): return leave("Nothing was typed for \(Self.words(seconds)), so this session ends.")
        }
    }

    /// Wherever it is left: the changes that stand were told as such.
    private mutating func leave(_ why: String) -> Turn {
        let untouched: String
        switch state {
        case .start, .menu, .diagnosedName: untouched = ""
        default: untouched = " What was being asked for is not carried out; nothing is half done."
        }
        state = .menu
        let lines = [""] + wrap("\(why)\(untouched) To begin again, type: vmaccess-agent console")
        return Turn(lines: lines, next: .leave(.failure))
    }

    static func words(_ seconds: Int) -> String {
        if seconds == 1 { return "a second" }
        if seconds % 60 != 0 { return "\(seconds) seconds" }
        return seconds == 60 ? "a minute" : "\(seconds / 60) minutes"
    }

    private mutating func take(_ line: Secret) -> Turn {
        switch state {
        case .start, .waiting: menu(after: [])
        case .menu: choose(line)
        case .remountQuestion(let choice): takeRemount(line, then: choice)
        case .diagnosedName: takeDiagnosedName(line)
        case .userName: takeUserName(line)
        case .credential(let user): takeCredential(line, user)
        case .password(let wish): takePassword(line, wish)
        case .passwordAgain(let wish, let first): takePasswordAgain(line, wish, first)
        case .key(let wish, let pieces): takeKey(line, wish, pieces)
        case .confirmation(let settings, let plan): takeConfirmation(line, settings, plan)
        case .undoConfirmation: takeUndoConfirmation(line)
        }
    }

    // MARK: the menu

    mutating func menu(after lines: [String]) -> Turn {
        state = .menu
        mistakes = 0
        return ask(after: lines + Self.menuLines)
    }

    private static let menuLines = [
        "",
        "  1  show what is wrong",
        "  2  get a user back in: a new password, a key, or both",
        "  3  reset SSH for everybody",
        "  4  put back the last change",
        "  5  show how the last run went",
        "  6  quit",
        "",
    ]

    private mutating func choose(_ line: Secret) -> Turn {
        let word = Self.word(line)
        guard let number = Int(word), let choice = Choice(rawValue: number) else {
            if ["q", "quit", "exit"].contains(word) { return quit() }
            return mistake(
                word.isEmpty ? "Nothing was typed." : "\(Self.trimmed(line).quoted(limit: 20)) is none of the numbers 1 to 6.")
        }
        mistakes = 0
        return follow(choice)
    }

    mutating func follow(_ choice: Choice) -> Turn {
        if !isWritable, [.user, .reset, .undo].contains(choice) { return askRemount(then: choice, after: []) }
        switch choice {
        case .diagnose:
            state = .diagnosedName
            return ask(after: [])
        case .user:
            state = .userName
            return ask(after: [])
        case .reset:
            var settings = Settings()
            settings.resetSSH = true
            return perform(.plan(settings), .plan(settings), after: ["Looking at what a reset would do ..."])
        case .undo: return perform(.planUndo, .undoPlan, after: [])
        case .status: return perform(.status, .status, after: [])
        case .quit: return quit()
        }
    }

    private mutating func quit() -> Turn {
        Turn(lines: surroundings.parting.flatMap { wrap($0) }, next: .leave(.success))
    }

    // MARK: asking

    /// The question that the state is about.
    mutating func ask(after lines: [String]) -> Turn {
        Turn(lines: lines, next: .ask(question))
    }

    mutating func perform(_ action: Action, _ pending: Pending, after lines: [String]) -> Turn {
        state = .waiting(pending)
        return Turn(lines: lines, next: .perform(action))
    }

    /// One sentence, and the question again, but not for ever.
    mutating func mistake(_ sentence: String) -> Turn {
        mistakes += 1
        guard mistakes >= Self.mostMistakes else { return ask(after: wrap(sentence)) }
        if case .menu = state {
            let lines = wrap("\(sentence) That was the \(Self.mostMistakes)th such answer, so this session ends.")
            return Turn(lines: lines + wrap("To begin again, type: vmaccess-agent console"), next: .leave(.failure))
        }
        return menu(after: wrap("\(sentence) That was the \(Self.mostMistakes)th such answer: back to the menu. Nothing was changed."))
    }

    func wrap(_ text: String) -> [String] { Self.wrap(text) }

    /// - Parameter text: escaped already where it holds what strangers wrote; to be sure, nothing else leaves here either.
    static func wrap(_ text: String, indent: String = "") -> [String] {
        let isPrintable = text.utf8.allSatisfy { (0x20...0x7e).contains($0) }
        let text = isPrintable ? text : ForeignText(text).escaped(limit: 2000)
        return Wrapping.lines(text, width: ConsoleLines.width, first: indent, rest: indent + "  ")
    }

    /// An answer that is no secret, without blanks around it, in lower case.
    static func word(_ line: Secret) -> String {
        String(decoding: trimmed(line).bytes.prefix(200), as: UTF8.self).lowercased()
    }

    static func trimmed(_ line: Secret) -> ForeignText {
        ForeignText(SecretSlice(line, 0..<line.count).trimmed)
    }
}
