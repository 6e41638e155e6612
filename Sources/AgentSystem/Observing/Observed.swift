internal import AgentCore

/// What one observation has learnt on the way, so that nothing is asked twice and what takes time is asked side by side.
final class Observed {
    var service: ServiceAnswer?
    var configuration: Known<SSHDConfiguration>?
    /// sshd's answers, by the connection that it was asked about.
    var effective: [Connection: Known<EffectiveConfiguration>] = [:]
    var candidates: [ConfigurationChange: [Connection: Known<EffectiveConfiguration>]] = [:]
    var hostKeys: [String: HostKeyFact] = [:]
    /// What programs said that were started ahead of their question.
    fileprivate(set) var outcomes: [ToolCall: Result<Outcome, Fault>] = [:]
    private var isAhead = false

    init() {}

    /// Starts what is going to be asked in any case side by side, once.
    func goAhead(_ commands: () -> [Command], _ processes: Processes) {
        if isAhead { return }
        isAhead = true
        let commands = commands()
        for (command, result) in zip(commands, processes.runTogether(commands)) {
            // What failed is asked again by who knows what to do about it.
            if case .success(let outcome) = result, outcome.succeeded { outcomes[command.call] = result }
        }
    }
}

extension Guest {
    /// This guest, where a program that was run ahead is not run again.
    func informed(by observed: Observed) -> Guest {
        let outcomes = observed.outcomes
        let processes = processes
        let informed = Processes { commands in
            if commands.count == 1, commands[0].input == nil, let known = outcomes[commands[0].call] { return [known] }
            return processes.runTogether(commands)
        }
        return Guest(root: root, processes: informed, clock: clock, log: log, state: state, runtime: runtime)
    }
}
