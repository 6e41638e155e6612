internal import AgentCore
internal import Glibc

/// The handler's own log in the Azure agent's log folder, where people look first. It may hold what the sender of an envelope must
/// not learn, so it is root's alone.
struct HandlerLog: Sendable {
    private let root: Root
    private let path: String
    private let clock: Clock
    private static let limit: Int64 = 1 << 20

    init(_ folder: String, _ root: Root, _ clock: Clock) {
        self.root = root
        self.clock = clock
        path = "\(folder)/vmaccess-agent.log"
        try? root.makeDirectory(folder, mode: 0o700)
        // One older file is kept.
        if let size = try? root.status(path)?.size, size > Self.limit, let old = try? root.read(path, limit: 64 << 20) {
            try? root.replace("\(path).1", with: old, Root.Attributes(mode: 0o600))
            _ = try? root.remove(path)
        }
    }

    /// Never fails the run.
    func write(_ event: Log.Event) {
        guard let file = try? root.open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, mode: 0o600) else { return }
        var lines = [event.message] + event.fields.map { "  \($0.0.lowercased()): \($0.1)" }
        lines = lines.map { "\(clock.timestamp) \(ForeignText($0).escaped(limit: 2000))\n" }
        try? file.writeAll(Array(lines.joined().utf8), naming: path)
    }
}

extension Guest {
    /// The same guest, whose events are also written to the handler's log.
    func logging(to file: HandlerLog) -> Guest {
        let old = log
        var both = old
        both.record = { event in
            old.record(event)
            file.write(event)
        }
        return Guest(root: root, processes: processes, clock: clock, log: both, state: state, runtime: runtime)
    }
}
