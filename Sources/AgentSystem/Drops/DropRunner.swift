package import AgentCore
internal import Glibc

/// What the unit runs: carries out every drop, one after the other, until the folder is empty.
package struct DropRunner {
    private let guest: Guest

    package init(_ guest: Guest) {
        self.guest = guest
    }

    /// - Returns: the exit code. A drop that fails has its status and is no failure of the unit's.
    package func run() -> ExitCode {
        do throws(Fault) {
            for way in [WayIn.drops, .credential, .disk] {
                let folder = DropFolder(guest, way)
                while let drop = try folder.next() { try carryOut(drop, in: folder) }
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
        let report = report(drop, in: folder)
        // The secret goes before the last word: who reads the status may rely on it.
        var left: Fault?
        do throws(Fault) { try folder.destroy(drop) } catch { left = error }
        if let report {
            tell(report, drop)
            guest.log.report(report, source: drop.name)
        }
        if let left { throw left }
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
            let report = try carryOut(drop, try lasting ?? folder.read(drop), by: folder.way, arrival)
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

    private func carryOut(_ drop: DropFolder.Drop, _ settings: Secret, by way: WayIn, _ arrival: Arrival?) throws -> Report {
        let sequence: Int?
        var options = Runner.Options()
        let policy: DropPolicy
        do {
            let site = try guest.configuration()
            try site.admit(way)
            options.site = site
            policy = DropPolicy(guest, site, way)
            sequence = try policy.judge(settings)
        } catch let refusal as Refusal {
            return Report(refused: refusal)
        }
        try arrival?.begin()
        let result = Runner(guest: guest, options: options, name: drop.name).carryOut(settings)
        guard case .report(let report) = result else { throw Fault("carry out the settings", cause: "there is only a plan") }
        if let sequence { policy.remember(sequence) }
        arrival?.end(report)
        return report
    }

    private func tell(_ report: Report, _ drop: DropFolder.Drop) {
        do throws(Fault) { try StatusFile(guest).write(report, for: drop.name) } catch { guest.log.event(error.message, priority: 3) }
    }
}
