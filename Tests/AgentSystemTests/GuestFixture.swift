import AgentCore
import AgentSystem
import Synchronization
import Testing

extension Guest {
    /// A guest in a tree, at 2026-01-31T10:00:00Z. It runs no program unless told otherwise.
    static func at(_ tree: Tree, processes: Processes = .none, log: Events = Events()) throws -> Guest {
        let guest = Guest(
            root: tree.root, processes: processes, clock: Clock { 1_769_853_600 }, log: log.log, state: "/state", runtime: "/run")
        try guest.ensureFolders()
        return guest
    }
}

extension Processes {
    /// Nothing is to be run: a program that is started all the same fails the test.
    static let none = Processes { commands in
        commands.map { command in
            Issue.record("not to be run: \(command.call.commandLine)")
            return .failure(Fault("run \(command.call.commandLine)", cause: "not in this test"))
        }
    }
}

/// What was told.
final class Events: Sendable {
    private let state = Mutex<(lines: [String], records: [String])>(([], []))

    var log: Log {
        Log(
            line: { [self] line in state.withLock { $0.lines.append(line) } },
            record: { [self] event in
                let fields = event.fields.map { " \($0.0)=\($0.1)" }.joined()
                state.withLock { $0.records.append("<\(event.priority)> \(event.message)\(fields)") }
            })
    }

    var lines: [String] { state.withLock(\.lines) }
    var records: [String] { state.withLock(\.records) }
}

/// Programs that are expected, in order, each with what it does and how it ends; any other fails the test.
final class Script: Sendable {
    struct Call: Sendable {
        let commandLine: String
        var end = Outcome.End.exited(0)
        var output = ""
        var errors = ""
        /// Is given the command when it is "run".
        var effect: @Sendable (Command) -> Void = { _ in }
    }

    private let left: Mutex<[Call]>

    init(_ calls: [Call]) {
        left = Mutex(calls)
    }

    convenience init(_ commandLines: String...) {
        self.init(commandLines.map { Call(commandLine: $0) })
    }

    var processes: Processes {
        Processes { [self] commands in commands.map { .success(run($0)) } }
    }

    private func run(_ command: Command) -> Outcome {
        let line = command.call.commandLine
        let call = left.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let call, call.commandLine == line else {
            Issue.record("ran \(line), expected \(call?.commandLine ?? "nothing more")")
            return Outcome(end: .exited(127))
        }
        call.effect(command)
        return Outcome(end: call.end, output: Array(call.output.utf8), errors: Array(call.errors.utf8))
    }

    /// To be called last: whether all of it came.
    func expectDone(sourceLocation: SourceLocation = #_sourceLocation) {
        let missing = left.withLock { $0.map(\.commandLine) }
        #expect(missing == [], sourceLocation: sourceLocation)
    }
}
