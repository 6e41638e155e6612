package import AgentCore
internal import Glibc

/// Work on file systems, in a unit of its own: no deadline of a run, no end of the Azure agent's patience and no stop of a service cuts
/// it short. It writes the last word itself; until then the status says transitioning.
package struct DiskJob: Sendable {
    /// Where the last word goes.
    package struct LastWord: Sendable {
        /// Names of statuses; see `StatusFile`.
        package var name: String?
        /// A status file elsewhere: the Azure agent's.
        package var path: String?

        package init(name: String? = nil, path: String? = nil) {
            self.name = name
            self.path = path
        }
    }

    let id: String
    let tasks: [DiskTask]
    let notes: [String]
    /// What the other actions of the request came to.
    let before: Report
    /// Whether there were none.
    let isAlone: Bool
    let lastWord: LastWord
    /// nil until it has ended.
    var last: Report?

    var unit: String { "vmaccess-agent-disk-\(id).service" }
    /// What the status says meanwhile.
    package var meanwhile: Report { before.waiting(for: tasks, unit: unit) }

    func end(_ results: [DiskResult]) -> Report { before.adding(results, notes: notes, isAlone: isAlone) }

    func tell(_ report: Report, _ guest: Guest) throws(Fault) {
        try StatusFile(guest).write(report, for: lastWord.name)
        guard let path = lastWord.path else { return }
        let bytes = AzureStatus.document(report, timestamp: guest.clock.timestamp).compact()
        try guest.root.replace(path, with: bytes, Root.Attributes(mode: 0o600))
    }

    // MARK: its file

    static func folder(_ guest: Guest) -> String { "\(guest.state)/disks" }
    private func path(_ guest: Guest) -> String { "\(Self.folder(guest))/\(id).json" }

    func save(_ guest: Guest) throws(Fault) {
        try guest.root.replace(path(guest), with: document.pretty(), Root.Attributes(mode: 0o600))
    }

    func forget(_ guest: Guest) throws(Fault) { try guest.root.remove(path(guest)) }

    static func ids(_ guest: Guest) throws(Fault) -> [String] {
        try guest.root.names(in: folder(guest)).map { text($0) }.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
            .map { String($0.dropLast(5)) }
    }

    private var document: JSONOutput {
        .object([
            ("version", .integer(1)), ("tasks", .array(tasks.map(\.document))), ("notes", .array(notes.map { .string($0) })),
            ("alone", .bool(isAlone)), ("before", before.document), ("last", last?.document ?? .null),
            ("name", lastWord.name.map { .string($0) } ?? .null), ("path", lastWord.path.map { .string($0) } ?? .null),
        ])
    }

    init(_ id: String, tasks: [DiskTask], notes: [String], before: Report, isAlone: Bool, lastWord: LastWord) {
        self.id = id
        self.tasks = tasks
        self.notes = notes
        self.before = before
        self.isAlone = isAlone
        self.lastWord = lastWord
    }

    /// nil where there is no such job, or one of another version.
    init?(reading id: String, _ guest: Guest) {
        guard id.utf8.allSatisfy({ Hex.value(of: $0) != nil }),
            let bytes = (try? guest.root.readSecret("\(Self.folder(guest))/\(id).json")).flatMap({ $0 }),
            let object = (try? JSONReader.read(bytes))?.root.object, object["version"]?.integer == 1,
            let tasks = object["tasks"]?.array?.compactMap(DiskTask.init), let isAlone = object["alone"]?.bool,
            let before = object["before"].flatMap(Report.init), let notes = object["notes"]?.array
        else { return nil }
        func string(_ value: JSONValue?) -> String? { value?.string.map { text($0.foreignText) } }
        self.init(
            id, tasks: tasks, notes: notes.compactMap { string($0) }, before: before, isAlone: isAlone,
            lastWord: LastWord(name: string(object["name"]), path: string(object["path"])))
        last = object.present("last").flatMap(Report.init)
    }
}

extension DiskJob {
    /// Has systemd start it.
    ///
    /// - Throws: a fault where it could not be: nothing of it is left then.
    static func start(
        _ disks: DiskPlanner.Result, before: Report, isAlone: Bool, lastWord: LastWord, _ guest: Guest
    ) throws(Fault) -> DiskJob {
        let id = String(try randomToken().prefix(16))
        let job = DiskJob(id, tasks: disks.tasks, notes: disks.notes, before: before, isAlone: isAlone, lastWord: lastWord)
        try guest.root.makeDirectory(folder(guest), mode: 0o700)
        try job.save(guest)
        do throws(Fault) {
            try job.tell(job.meanwhile, guest)
            try job.service.start(naming: job.unit)
            // Until then it looks like one that is over.
            try guest.service.await(job.unit, seconds: 60)
        } catch {
            try? job.forget(guest)
            throw error
        }
        return job
    }

    private var service: TransientUnit {
        let nodes = tasks.map(\.node).joined(separator: " ")
        return TransientUnit(
            name: unit,
            properties: [
                ("Description", .text("Check or repair \(nodes) for vmaccess-agent")),
                ("ExecStart", .commands([[Self.ownPath, "disk", id]])), ("CollectMode", .text("inactive-or-failed")),
                // Nobody ends it half way: a stop and a shutdown wait, and should the agent itself die, fsck goes on.
                ("KillMode", .text("process")), ("SendSIGKILL", .flag(false)), ("TimeoutStopUSec", .long(UInt64.max)),
                ("IgnoreOnIsolate", .flag(true)), ("OOMScoreAdjust", .signed(-500)), ("UMask", .short(0o077)),
            ])
    }

    /// The handler's binary is not where the package's is.
    private static var ownPath: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        return String(decoding: buffer[..<max(length, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Its last word, if it comes within so many seconds, and this process is not told to stop.
    package func wait(seconds: Double, _ guest: Guest) -> Report? {
        let deadline = Deadline.seconds(seconds)
        while true {
            // In this order: what ended has written before.
            let isOver = (try? guest.service.isOver(unit)) ?? false
            if let last = DiskJob(reading: id, guest)?.last {
                try? forget(guest)
                return last
            }
            if isOver { return cutOff(guest) }
            if deadline.hasPassed || StopRequest.pending != nil { return nil }
            deadline.pause(milliseconds: 100)
        }
    }

    /// The last word of a job whose process is gone without one.
    private func cutOff(_ guest: Guest) -> Report {
        let results = tasks.map { task in
            var problems: [String] = []
            // At boot systemd mounts by itself.
            if (try? guest.service.isBooting()) == false, case .known(let entries) = Disks(guest).mounts() {
                for point in task.points where !entries.contains(where: { $0.point == point }) {
                    let entry = MountEntry(
                        number: task.number, root: ForeignText("/"), point: point, options: "", type: task.type,
                        source: ForeignText(task.node))
                    do throws(Fault) { try MountUnits(guest).mount(entry) } catch { problems.append(error.message) }
                }
            }
            return DiskResult(
                task, .failed("it was cut off by a crash or a power failure; send the settings again"), problems: problems)
        }
        let report = end(results)
        do throws(Fault) {
            try tell(report, guest)
            try forget(guest)
        } catch {
            guest.log.event(error.message, priority: 3)
        }
        return report
    }

    /// After a crash: jobs that ended without their last word get one.
    static func recover(_ guest: Guest) throws(Fault) {
        for id in try ids(guest) {
            guard let job = DiskJob(reading: id, guest) else { continue }
            // Who waited for it may be about to read it.
            if job.last != nil {
                let changed = try guest.root.status(job.path(guest))?.changed ?? 0
                if guest.clock.now() - Int(changed) > 600 { try job.forget(guest) }
            } else if try guest.service.isOver(job.unit) {
                guest.log.event("recovery: \(job.unit) was cut off", priority: 4)
                _ = job.cutOff(guest)
            }
        }
    }
}
