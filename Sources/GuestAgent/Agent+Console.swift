import AgentCore
import AgentSystem
import Glibc

extension Agent {
    /// A person's session at a terminal.
    func console(_ patience: Int) throws -> ExitCode {
        guard geteuid() == 0 else { throw Fault("work on this machine", cause: "it takes root; try sudo vmaccess-agent console") }
        // Signals are looked for from here on, so that none leaves the terminal as it must not be left.
        StopRequest.watch(seconds: 0)
        Process.harden()
        let terminal = PersonTerminal()
        defer { terminal.restore() }
        let screen = terminal.screen
        let log = Log(line: { screen.show(ConsoleLines.withoutPrefix($0, source: ConsoleSession.source)) }, record: { Journal.send($0) })
        let surroundings = Surroundings.look(version: agentVersion)
        var guest = Guest(root: try Root("/"), log: log)
        guest.isRescue = surroundings.isRescue
        return ConsoleSession(guest, terminal, patience: patience).run(surroundings)
    }
}
