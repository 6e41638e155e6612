package import AgentCore
internal import Glibc

/// What the unit of a `DiskJob` does: one file system after the other, looked at anew, and the last word.
package struct DiskRun {
    private let guest: Guest
    private let disks: Disks
    private let units: MountUnits

    package init(_ guest: Guest) {
        self.guest = guest
        disks = Disks(guest)
        units = MountUnits(guest)
    }

    package func run(_ id: String) throws(Fault) -> ExitCode {
        // Nothing ends this half way but itself.
        for number in [SIGTERM, SIGINT, SIGHUP, SIGQUIT] { signal(number, SIG_IGN) }
        guard var job = DiskJob(reading: id, guest) else {
            throw Fault(
                "work on a disk", cause: "there is no job \(ForeignText(id).quoted(limit: 40)); this verb is started by the agent itself")
        }
        let lock = try Self.lock(guest)
        defer { _ = lock.raw }
        var results: [DiskResult] = []
        for task in job.tasks {
            guest.log.event("disk: \(task.summary)")
            results.append(carryOut(task))
        }
        let report = job.end(results)
        try job.tell(report, guest)
        job.last = report
        try job.save(guest)
        guest.log.report(report, source: "disk")
        return .success
    }

    /// One such job at a time, however many were asked for.
    private static func lock(_ guest: Guest) throws(Fault) -> Descriptor {
        let path = "\(DiskJob.folder(guest))/lock"
        let file = try guest.root.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
        _ = try retrying("lock \(path)") { flock(file.raw, LOCK_EX) }
        return file
    }

    private func carryOut(_ task: DiskTask) -> DiskResult {
        do {
            let now = try judged(task)
            guard task.action == .repair else { return check(now) }
            return try repair(now)
        } catch {
            return DiskResult(task, .failed((error as? Refusal)?.message ?? (error as? Fault)?.message ?? "unexpected: \(error)"))
        }
    }

    /// The same task, if all that allowed it still holds.
    private func judged(_ task: DiskTask) throws -> DiskTask {
        guard case .device(let device) = disks.numbered(task.number), device.name == task.name else {
            throw Fault("find \(task.node)", cause: "it is no longer there")
        }
        var facts = Facts()
        let now = try facts.settle({ try DiskPlanner.task(task.action, device, $0) }, answer: Observer(guest: guest, request: nil).answer)
        guard now.type == task.type else { throw Fault("find \(task.node)", cause: "it carries \(now.type) now, and \(task.type) before") }
        return now
    }

    private func check(_ task: DiskTask) -> DiskResult {
        let result = examine(task)
        // What somebody mounted meanwhile was read while it changed.
        if disks.isHeld(task.node), case .ended = result.end {
            return DiskResult(task, .failed("somebody began to use it while it was checked; send the settings again"))
        }
        return result
    }

    private func repair(_ task: DiskTask) throws -> DiskResult {
        let entries = try Self.value(disks.mounts()).filter { $0.number == task.number }
        var automounts: [String] = []
        var taken: [MountEntry] = []
        var failure: String?
        do throws(Fault) {
            for entry in entries {
                guard let unit = try units.activeAutomount(entry) else { continue }
                try guest.service.job("StopUnit", unit, mode: "ignore-dependencies")
                automounts.append(unit)
            }
            // What was mounted last lies on top.
            for entry in entries.reversed() {
                try units.unmount(entry)
                taken.append(entry)
            }
            if disks.isHeld(task.node) { throw Fault("repair \(task.node)", cause: "it is still in use by somebody, in another namespace") }
        } catch {
            failure = error.message
        }
        let result = failure.map { DiskResult(task, .failed($0)) } ?? examine(task)
        var problems: [String] = []
        for entry in taken.reversed() {
            do throws(Fault) { try units.mount(entry) } catch { problems.append(error.message) }
        }
        for unit in automounts {
            do throws(Fault) { try guest.service.job("StartUnit", unit) } catch { problems.append(error.message) }
        }
        return DiskResult(task, result.end, said: result.said, problems: problems)
    }

    private func examine(_ task: DiskTask) -> DiskResult {
        guard let checker = FileSystemChecker(for: task.type), let call = checker.call(task.action, task.node) else {
            return DiskResult(task, .failed("this version has no way to do that for \(task.type)"))
        }
        var command = Command(call)
        // As long as it takes.
        command.seconds = Self.unlimited
        do throws(Fault) {
            let outcome = try guest.processes.run(command)
            let said = CheckerWords.summary(outcome.output + outcome.errors)
            guard case .exited(let code) = outcome.end else { return DiskResult(task, .failed(outcome.explanation), said: said) }
            return DiskResult(task, .ended(checker.meaning(of: code, task.action)), said: said)
        } catch {
            return DiskResult(task, .failed(error.message))
        }
    }

    /// Seconds: a hundred days.
    private static let unlimited: Double = 8_640_000

    private static func value<Value>(_ known: Known<Value>) throws(Fault) -> Value {
        switch known {
        case .known(let value): return value
        case .unknown(let why): throw Fault("tell what is mounted", cause: why)
        }
    }
}
