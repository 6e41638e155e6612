package import AgentCore
internal import Glibc

/// The folder in which a rescue shell leaves what the next boot is to prove (`PutOff`). Only the agent itself writes there.
package struct PutOffFolder {
    private let guest: Guest
    private var folder: String { "\(guest.state)/put-off" }
    private static let waiting = ".settings"
    /// Taken up by a run that had not ended.
    private static let begun = ".begun"

    package init(_ guest: Guest) {
        self.guest = guest
    }

    package func keep(_ putOff: PutOff) throws(Fault) {
        try guest.root.replace("\(folder)/\(putOff.name)\(Self.waiting)", with: putOff.document.pretty(), Root.Attributes(mode: 0o600))
    }

    /// Carries out what waits there. Each is taken up once: one that ended the agent must not do so at every boot.
    package func run() {
        do throws(Fault) {
            for name in try guest.root.names(in: folder).map({ text($0) }) {
                if name.hasSuffix(Self.begun) {
                    let message = "what a rescue shell put off was begun and did not end; see journalctl -u vmaccess-agent"
                    try tell(Report(failed: message, outcomes: []))
                    try guest.root.remove("\(folder)/\(name)")
                } else if name.hasSuffix(Self.waiting) {
                    try carryOut(String(name.dropLast(Self.waiting.count)))
                }
            }
        } catch {
            guest.log.event("what a rescue shell put off: \(error.message)", priority: 3)
        }
    }

    private func carryOut(_ name: String) throws(Fault) {
        let path = "\(folder)/\(name)\(Self.begun)"
        let from = try guest.root.openParent("\(folder)/\(name)\(Self.waiting)")
        _ = try retrying("take up \(from.name)") { renameat(from.directory.raw, from.name, from.directory.raw, "\(name)\(Self.begun)") }
        try guest.root.syncDirectory(of: path)
        guest.log.event("\(ConsoleSession.source): asking sshd about what a rescue shell changed")
        let report: Report
        do throws(Refusal) {
            let putOff = try PutOff(reading: (try? guest.root.read(path)) ?? [])
            guard case .report(let made) = Runner(guest: guest, name: ConsoleSession.source).carryOut(putOff.settings) else { return }
            report = putOff.completed(made)
        } catch {
            report = Report(refused: error)
        }
        try tell(report)
        try guest.root.remove(path)
    }

    private func tell(_ report: Report) throws(Fault) {
        try StatusFile(guest).write(report, for: ConsoleSession.source)
        guest.log.report(report, source: ConsoleSession.source)
    }
}
