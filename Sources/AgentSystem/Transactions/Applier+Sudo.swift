internal import AgentCore

extension Applier {
    /// Whether visudo takes this file of sudoers; one that it did not take before either is no worse for what was changed in it.
    func requireValid(sudoers temporary: String, replacing path: String) throws(Fault) {
        let outcome = try guest.processes.run(Command(.visudo, ["-c", "-q", "-f", temporary]))
        if outcome.succeeded { return }
        if try guest.root.status(path) != nil, try !guest.processes.run(Command(.visudo, ["-c", "-q", "-f", path])).succeeded { return }
        throw Fault("write \(path)", cause: "visudo does not take it: \(outcome.explanation)")
    }

    /// Whether visudo takes the whole. A neighbour that is broken already keeps it from that for ever, while sudo works.
    func isSudoWhole() throws(Fault) -> Bool {
        try guest.processes.run(Command(.visudo, ["-c", "-q"])).succeeded
    }
}
