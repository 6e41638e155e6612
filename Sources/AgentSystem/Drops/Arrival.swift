internal import AgentCore
internal import Glibc

/// Settings that stay where they came from, and what is remembered of them.
struct Arrival {
    private let guest: Guest
    private let mark: String
    private var path: String { "\(guest.state)/arrivals.memory" }

    init(_ guest: Guest, _ settings: Secret) throws(Fault) {
        self.guest = guest
        mark = try HandlerRecall(guest).mark(of: [settings])
    }

    var wasCarriedOut: Bool { memory.entry(mark)?.isDone == true }

    /// Counts the attempt, on disk, before anything is done: what takes the machine down is not tried at every boot.
    ///
    /// - Throws: `Refusal` after too many.
    func begin() throws(Refusal) {
        var memory = memory
        if let entry = memory.entry(mark), entry.attempts >= ArrivalMemory.attempts {
            throw Refusal(
                reason: "crashed",
                message: "carrying out these settings was begun \(entry.attempts) times and ended each time before its end; "
                    + "they are not tried again: look into the journal (journalctl -u vmaccess-agent) and send others")
        }
        memory.begin(mark)
        write(memory)
    }

    func end(_ report: Report) {
        var memory = memory
        // A refusal changed nothing, and its cause may go away; a run that was told to stop took all back.
        let isRepeatable = report.exitCode == .refused || report.verdict == .error && StopRequest.pending == .told
        if isRepeatable { memory.forget(mark) } else { memory.end(mark) }
        write(memory)
    }

    private var memory: ArrivalMemory {
        guard let text = try? guest.root.readSecret(path) else { return ArrivalMemory() }
        return ArrivalMemory(text) ?? ArrivalMemory()
    }

    private func write(_ memory: ArrivalMemory) {
        do throws(Fault) {
            try guest.root.replace(path, with: memory.document.compact(), Root.Attributes(mode: 0o600))
        } catch {
            guest.log.event("\(error.message); these settings may be carried out again at the next boot", priority: 4)
        }
    }

    /// Whether there is a password in it for everybody who reads it.
    static func holdsSecret(_ settings: Secret) -> Bool {
        guard let document = try? SettingsDocument.read(settings) else { return false }
        var plain: JSONObject?
        if case .plain(let object) = document.protected { plain = object }
        return (try? Settings.decode(protected: plain, public: document.publicSettings))?.password != nil
    }
}

extension WayIn {
    /// What is to be done about a medium that still holds a password.
    func remainder(_ name: String) -> String {
        self == .disk
            ? "the disk (\(name)) still holds a password in clear text: detach it from this machine and erase it"
            : "the credential vmaccess-agent.settings still holds a password in clear text: take it out of this machine's definition"
    }
}
