/// Plans checks and repairs of file systems. Never of one that is mounted (a repair unmounts first), that the machine runs from, or
/// that is a part of something else.
package enum DiskPlanner {
    package struct Result: Sendable {
        package var tasks: [DiskTask] = []
        /// What is left alone, and why.
        package var notes: [String] = []
    }

    /// - Throws: `Unanswered`; or `Refusal`: then nothing is to be changed.
    package static func plan(_ request: DiskRequest, _ facts: Facts) throws -> Result {
        switch request {
        case .check(.none): return try checkAll(facts)
        case .check(.some(let name)): return Result(tasks: [try task(.check, try device(name, facts), facts)])
        case .repair(let name): return Result(tasks: [try task(.repair, try device(name, facts), facts)])
        }
    }

    // MARK: which device

    private static func device(_ name: DiskName, _ facts: Facts) throws -> BlockDevice {
        switch try facts.disk(name) {
        case .device(let device): return device
        case .other(let kind):
            throw refusal("no-disk", "\(name.text) is \(kind), and no block device")
        case .unreadable(let why): throw refusal("no-disk", "\(name.text) cannot be looked at: \(why)")
        case .absent:
            // Also by the folder that it is mounted on: the Python extension's `disk_name` is one.
            let point = [UInt8(ascii: "/")] + name.bytes.drop { $0 == UInt8(ascii: "/") }
            if let entry = try mounts(facts).last(where: { $0.point.bytes == point }),
                case .device(let device) = try facts.disk(entry.number)
            {
                return device
            }
            let known = try facts.allDisks().filter { if case .fileSystem = $0.contents { true } else { false } }.map(\.name)
            let there = known.isEmpty ? "" : "; those with a file system are: \(known.prefix(16).joined(separator: ", "))"
            throw refusal("no-disk", "this machine has no block device \(name.text)\(there)")
        }
    }

    private static func mounts(_ facts: Facts) throws -> [MountEntry] {
        switch try facts.mounts() {
        case .known(let entries): return entries
        case .unknown(let why): throw refusal("mounts-unknown", "what is mounted cannot be told: \(why)")
        }
    }

    // MARK: whether it may be

    /// The task, for a device that may be checked or repaired now.
    ///
    /// - Throws: `Unanswered`; `Refusal`, saying what stands against it.
    package static func task(_ action: DiskTask.Action, _ device: BlockDevice, _ facts: Facts) throws -> DiskTask {
        let mounts = try mounts(facts)
        let own = mounts.filter { $0.number == device.number }
        try refuseSystem(device, own)
        let type = try fileSystem(of: device)
        guard let checker = FileSystemChecker(for: type) else {
            throw refusal(
                "unsupported-file-system", "\(device.node) carries a file system of the type \(type), which this version cannot check")
        }
        guard checker.call(action, device.node) != nil else {
            throw refusal(
                "unsupported-file-system",
                "\(device.node) carries \(type), whose makers advise against repairs by \(checker.tool.rawValue) alone: "
                    + "send \"check_disk\", and see its manual page")
        }
        guard
            try Tool.directories.contains(where: {
                if case .present = try facts.target("\($0)/\(checker.tool.rawValue)") { true } else { false }
            })
        else {
            throw refusal(
                "no-checker",
                "\(device.node) carries \(type), and \(checker.tool.rawValue) is not installed: install the package \(checker.tool.debianPackage)"
            )
        }
        if own.isEmpty, device.isHeld {
            throw refusal("disk-in-use", "\(device.node) is in use, though it is not mounted here: by a container, a volume or a program")
        }
        if action == .check, let entry = own.first {
            throw refusal(
                "disk-mounted",
                "\(device.node) is mounted on \(entry.point.escaped()), and what a check says of a mounted file system means nothing: "
                    + "send \"repair_disk\", which unmounts it for that time")
        }
        if action == .repair { try refuseRepair(device, own, mounts) }
        return DiskTask(action, name: device.name, number: device.number, type: type, points: own.map(\.point))
    }

    private static func refuseRepair(_ device: BlockDevice, _ own: [MountEntry], _ mounts: [MountEntry]) throws(Refusal) {
        if device.isReadOnly { throw refusal("disk-read-only", "\(device.node) is read-only") }
        for entry in own {
            if let inner = mounts.first(where: { entry.covers($0) && $0.number != device.number }) {
                throw refusal(
                    "disk-in-use",
                    "\(device.node) cannot be unmounted from \(entry.point.escaped()): something else is mounted in it, on "
                        + "\(inner.point.escaped())")
            }
            if entry.root.bytes != [UInt8(ascii: "/")] {
                throw refusal(
                    "disk-in-use",
                    "a folder of \(device.node), \(entry.root.escaped()), is mounted by itself on \(entry.point.escaped()): unmount that first"
                )
            }
        }
    }

    /// Where the system itself lives: none of these can be unmounted under it.
    private static let system = ["/", "/usr", "/etc", "/var", "/var/lib", "/var/lib/vmaccess-agent", "/run", "/dev", "/proc", "/sys"]

    private static func refuseSystem(_ device: BlockDevice, _ own: [MountEntry]) throws(Refusal) {
        for entry in own {
            guard let folder = system.first(where: { entry.point.bytes == Array($0.utf8) }) else { continue }
            let name = folder == "/" ? "the root file system" : folder
            throw refusal(
                "system-disk",
                "\(device.node) holds \(name), which the machine runs from: it is checked and repaired at boot, with fsck.mode=force "
                    + "fsck.repair=yes on the kernel's command line")
        }
    }

    private static func fileSystem(of device: BlockDevice) throws(Refusal) -> String {
        if !device.holders.isEmpty {
            throw refusal(
                "disk-in-use", "\(device.node) is a part of \(device.holders.joined(separator: ", ")): name that, or what is made of it")
        }
        if !device.partitions.isEmpty {
            throw refusal(
                "whole-disk", "\(device.node) is a disk with partitions: name one of \(device.partitions.joined(separator: ", "))")
        }
        switch device.contents {
        case .fileSystem(let type): return type
        case .swap: throw refusal("no-file-system", "\(device.node) holds swap, and no file system")
        case .member(let type):
            throw refusal("no-file-system", "\(device.node) is a part of something else (\(type)), and carries no file system itself")
        case .partitionTable(let type):
            throw refusal("whole-disk", "\(device.node) carries a partition table (\(type)), and no file system")
        case .nothing: throw refusal("no-file-system", "\(device.node) carries no file system that is known")
        case .several:
            throw refusal("no-file-system", "\(device.node) carries signs of more than one file system: which one is meant is not guessed")
        case .unreadable(let why): throw refusal("no-file-system", "\(device.node) cannot be read: \(why)")
        }
    }

    // MARK: all of them

    private static func checkAll(_ facts: Facts) throws -> Result {
        var result = Result()
        let mounts = try mounts(facts)
        for device in try facts.allDisks() {
            guard case .fileSystem(let type) = device.contents, device.partitions.isEmpty, device.holders.isEmpty else { continue }
            if let entry = mounts.first(where: { $0.number == device.number }) {
                result.notes.append("\(device.node) (\(type)) is mounted on \(entry.point.escaped()), and was not checked")
                continue
            }
            do {
                result.tasks.append(try task(.check, device, facts))
            } catch let refusal as Refusal {
                result.notes.append("not checked: \(refusal.message)")
            }
        }
        return result
    }

    private static func refusal(_ reason: String, _ message: String) -> Refusal { Refusal(reason: reason, message: message) }
}
