package import AgentCore

/// The extension handler: what the Azure agent asks, by its five commands (contract.md).
///
/// The Azure agent takes the status file for the result, not the exit code: `enable` gives success once a final status is on disk,
/// whatever it says.
package struct Handler {
    private let guest: Guest
    private let context: HandlerContext
    private let tell: (String) -> Void

    /// - Parameter tell: one line for the Azure agent's own log, which it uploads.
    package init(_ guest: Guest, _ context: HandlerContext, tell: @escaping (String) -> Void) {
        self.guest = guest
        self.context = context
        self.tell = tell
    }

    package func run(_ command: HandlerCommand) -> ExitCode {
        do {
            let folders = try HandlerFolders(context, guest.root)
            let guest = guest.logging(to: HandlerLog(folders.environment.logFolder, guest.root, guest.clock))
            guest.log.privately("\(command.rawValue), version \(agentVersion), in \(context.folder)", priority: 6)
            try carryOut(command, folders, guest)
            return .success
        } catch {
            let words = (error as? Fault)?.message ?? (error as? Refusal)?.message ?? "unexpected: \(error)"
            guest.log.event("\(command.rawValue): \(words)", priority: 3)
            tell("\(command.rawValue): \(words)")
            return .failure
        }
    }

    private func carryOut(_ command: HandlerCommand, _ folders: HandlerFolders, _ guest: Guest) throws {
        switch command {
        case .install:
            // What is missing for the work is said now, in the log, and later in the status.
            tell("install: done")
        case .enable: try HandlerRun(guest, context, folders, tell: tell).run()
        case .disable:
            // Nothing stays resident, so there is nothing to stop.
            tell("disable: done")
        case .update:
            try carryOver(folders, guest)
            tell("update: done")
        case .uninstall:
            // A later installation begins anew at sequence 0, with settings of its own.
            try HandlerRecall(guest).forget()
            tell("uninstall: done")
        }
    }

    /// The new version must not repeat what the old one did.
    private func carryOver(_ folders: HandlerFolders, _ guest: Guest) throws {
        guard folders.lastSequence() == nil, let previous = context.previousFolder,
            let sequence = HandlerFolders.lastSequence(in: previous, guest.root)
        else { return }
        try folders.writeLastSequence(sequence)
        guest.log.event("update: the last sequence, \(sequence), was taken over from \(previous)")
    }
}
