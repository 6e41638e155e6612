import AgentCore
import Testing

/// A session, played: what is typed and what came of it go in, what is shown comes out.
struct Session {
    private var dialogue: Dialogue
    private(set) var turn: Dialogue.Turn
    private(set) var shown: [String]

    init(_ surroundings: Surroundings = Surroundings(title: "vmaccess-agent 1.0 on guest")) {
        dialogue = Dialogue(surroundings)
        turn = dialogue.begin()
        shown = turn.lines
    }

    mutating func type(_ lines: String...) {
        for line in lines { take(.line(secret(line))) }
    }

    mutating func take(_ answer: Dialogue.Answer) { note(dialogue.take(answer)) }

    mutating func tell(_ told: Dialogue.Told) { note(dialogue.take(told)) }

    private mutating func note(_ next: Dialogue.Turn) {
        turn = next
        shown += next.lines
    }

    var prompt: String {
        if case .ask(let question) = turn.next { question.prompt } else { "" }
    }

    var isHidden: Bool {
        if case .ask(let question) = turn.next { question.isHidden } else { false }
    }

    /// What the last turn showed, as one text without its line breaks.
    var said: String { turn.lines.map { String($0.drop { $0 == " " }) }.joined(separator: " ").trimmingBlanks }

    var isAtMenu: Bool { prompt.hasPrefix("Type a number") }

    var left: ExitCode? {
        if case .leave(let code) = turn.next { code } else { nil }
    }

    /// The settings of the action that is to be done: those that are planned, or carried out.
    var planned: Settings? {
        if case .perform(.plan(let settings)) = turn.next { settings } else { nil }
    }

    var carriedOut: Settings? {
        if case .perform(.carryOut(let settings)) = turn.next { settings } else { nil }
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        String(decoding: Array(utf8.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()), as: UTF8.self)
    }
}

extension Secret {
    var plain: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension Plan {
    static func made(_ summaries: String..., inTheWay: [(String, Mandate)] = []) -> Plan {
        Plan(
            steps: summaries.map { Step(.account, $0, .accountLock("/etc/.pwd.lock")) },
            blocked: inTheWay.map { Finding(KeyLoginClosed(), $0.0, mandate: $0.1, steps: []) }, unknown: [])
    }
}
