package import AgentCore
internal import Glibc

/// What the unit runs: carries out every drop, one after the other, until the folder is empty.
package struct DropRunner {
    private let guest: Guest
    private let beforeEach: () -> Void

    /// - Parameter beforeEach: called when a drop's turn comes.
    package init(_ guest: Guest, beforeEach: @escaping () -> Void = {}) {
        self.guest = guest
        self.beforeEach = beforeEach
    }

    /// - Returns: the exit code. A drop that fails has its status and is no failure of the unit's.
    package func run() -> ExitCode {
        do throws(Fault) {
            for way in [WayIn.drops, .credential, .disk] {
                let folder = DropFolder(guest, way)
                for (name, word) in try folder.untoldWords() {
                    try StatusFile(guest).write(word, for: name)
                    try folder.forgetWord(about: name)
                }
                while StopRequest.pending != .told, let drop = try folder.next() {
                    beforeEach()
                    try carryOut(drop, in: folder)
                }
            }
            try StatusFile(guest).prune()
            return .success
        } catch {
            // The same file would start the unit again at once, without end.
            guest.log.event("the drop folder cannot be worked on: \(error.message); vmaccess-agent.path is stopped", priority: 3)
            do throws(Fault) { try guest.service.stop("vmaccess-agent.path") } catch { guest.log.event(error.message, priority: 3) }
            return .failure
        }
    }

    /// - Throws: a fault where the drop cannot be removed: left where it is, it would be taken up again at once, without end.
    private func carryOut(_ drop: DropFolder.Drop, in folder: DropFolder) throws(Fault) {
        guard let report = report(drop, in: folder) else { return try folder.destroy(drop) }
        if isUnfinished(report) {
            try folder.putBack(drop)
            let words = "the agent was told to stop before \(drop.name).settings was carried out; it is carried out at the next start"
            tell(Report(verdict: .transitioning, message: words, outcomes: [], exitCode: .success), drop)
            guest.log.event("\(drop.name): \(words)", priority: 4)
            return
        }
        // The secret goes before the last word is told: who reads the status may rely on it. And the word is kept before the secret goes:
        // a crash in between would take what is left of the drop for settings.
        var left: Fault?
        // What still goes on has said so itself, and may have ended by now.
        let isOver = report.verdict != .transitioning
        if isOver {
            do throws(Fault) { try folder.keep(StatusFile(guest).document(report), about: drop) } catch {
                guest.log.event(error.message, priority: 4)
            }
        }
        do throws(Fault) { try folder.destroy(drop) } catch { left = error }
        if isOver { tell(report, drop) }
        do throws(Fault) { try folder.forgetWord(about: drop.name) } catch { guest.log.event(error.message, priority: 4) }
        guest.log.report(report, source: drop.name)
        if let left { throw left }
    }

    /// The stop of the unit, or of the machine, came in between: nothing was lost, since what was begun is taken back, or found done when
    /// it is asked for again. A refusal stays one.
    private func isUnfinished(_ report: Report) -> Bool {
        StopRequest.pending == .told && [.error, .warning].contains(report.verdict) && report.exitCode != .refused
    }

    /// - Returns: nil where nothing is to be told: the same came by this way before.
    private func report(_ drop: DropFolder.Drop, in folder: DropFolder) -> Report? {
        do {
            // What lasts is read before anything is told of it: it comes again at every boot.
            let lasting = folder.way.isLasting ? try folder.read(drop) : nil
            let arrival = try lasting.map { try Arrival(guest, $0) }
            if let arrival, arrival.wasCarriedOut {
                guest.log.event("\(drop.name): these settings were carried out before; nothing is repeated")
                return nil
            }
            guest.log.event("\(drop.name): carrying out \(drop.name).settings")
            tell(.started, drop)
            let report = try carryOut(drop, { try lasting ?? folder.read(drop) }, by: folder.way, arrival)
            guard let lasting, Arrival.holdsSecret(lasting) else { return report }
            return report.adding(Report.Outcome(.settings, .warning, folder.way.remainder(drop.name)))
        } catch let refusal as Refusal {
            return Report(refused: refusal)
        } catch let fault as Fault {
            return Report(failed: fault.message, outcomes: [])
        } catch {
            return Report(failed: "unexpected: \(error)", outcomes: [])
        }
    }

    private func carryOut(
        _ drop: DropFolder.Drop, _ settings: () throws -> Secret, by way: WayIn, _ arrival: Arrival?
    ) throws -> Report {
        var options = Runner.Options()
        let text: Secret
        let policy: DropPolicy
        let sequence: Int?
        do {
            let site = try guest.configuration()
            try site.admit(way)
            options.site = site
            text = try settings()
            policy = DropPolicy(guest, site, way)
            sequence = try policy.judge(text)
        } catch let refusal as Refusal {
            return Report(refused: refusal)
        }
        try arrival?.begin()
        options.lastWord = DiskJob.LastWord(name: drop.name)
        let report: Report
        switch Runner(guest: guest, options: options, name: drop.name).carryOut(text) {
        case .report(let made): report = made
        case .underWay(let job): report = job.wait(seconds: Self.patience, guest) ?? job.meanwhile
        case .plan: throw Fault("carry out the settings", cause: "there is only a plan")
        }
        if let sequence { policy.remember(sequence) }
        arrival?.end(report)
        return report
    }

    /// For what outlasts this run; others wait for it as long.
    private static let patience = 15.0

    private func tell(_ report: Report, _ drop: DropFolder.Drop) {
        do throws(Fault) { try StatusFile(guest).write(report, for: drop.name) } catch { guest.log.event(error.message, priority: 3) }
    }
}
