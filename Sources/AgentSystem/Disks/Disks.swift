internal import AgentCore
internal import CLinux
internal import Glibc

/// The machine's block devices and what is mounted. Changes nothing.
struct Disks {
    private let guest: Guest

    init(_ guest: Guest) {
        self.guest = guest
    }

    /// What a name leads to: links are followed below /dev alone, and the kernel must know the device by its number.
    func named(_ name: DiskName) -> NamedDevice {
        let prefix = Array("/dev/".utf8)
        guard name.bytes.first != UInt8(ascii: "/") || name.bytes.starts(with: prefix) else { return .absent }
        let inner = name.bytes.starts(with: prefix) ? name.bytes.dropFirst(prefix.count) : name.bytes[...]
        do throws(Fault) {
            switch try node(String(decoding: inner, as: UTF8.self)) {
            case nil: return .absent
            case .other(let kind): return .other(kind)
            case .block(let number): return numbered(number)
            }
        } catch {
            return .unreadable(error.message)
        }
    }

    func numbered(_ number: DeviceNumber) -> NamedDevice {
        do throws(Fault) {
            let link = "/sys/dev/block/\(number.text)"
            guard try guest.root.status(link) != nil else { return .absent }
            let target = try guest.root.linkTarget(link)
            let name = target.split(separator: "/").last.map(String.init) ?? ""
            guard case .block(number) = try node(BlockDevice.path(of: name)) else { return .absent }
            return .device(try device(name, number))
        } catch {
            return .unreadable(error.message)
        }
    }

    func all() -> [BlockDevice] {
        let names = (try? guest.root.names(in: "/sys/dev/block")) ?? []
        let found = names.compactMap { DeviceNumber($0.bytes) }.compactMap { (number) -> BlockDevice? in
            if case .device(let device) = numbered(number) { device } else { nil }
        }
        return found.sorted { $0.name < $1.name }
    }

    /// As the first process sees it: what a service with a mount namespace of its own sees is not what the machine runs on.
    func mounts() -> Known<[MountEntry]> {
        do throws(Fault) {
            let path = "/proc/1/mountinfo"
            guard let table = try guest.root.read(path, limit: 16 << 20) else { return .unknown("\(path) is not there") }
            var entries = MountTable.entries(in: table)
            for index in entries.indices where entries[index].number.major == 0 {
                let source = entries[index].source
                guard source.bytes.starts(with: "/dev/".utf8),
                    case .block(let number) = try node(text(ForeignText(source.bytes.dropFirst(5))))
                else { continue }
                entries[index].number = number
            }
            return .known(entries)
        } catch {
            return .unknown(error.message)
        }
    }

    // MARK: one device

    private enum Node {
        case block(DeviceNumber)
        case other(String)
    }

    /// - Parameter path: below /dev, without a slash in front.
    private func node(_ path: String) throws(Fault) -> Node? {
        do throws(Fault) {
            return try existingNode(path)
        } catch let fault where fault.code == ENOENT || fault.code == ENOTDIR {
            return nil
        }
    }

    private func existingNode(_ path: String) throws(Fault) -> Node {
        let root = guest.root.path
        let file = try Root(root == "/" ? "/dev" : "\(root)/dev").open("/\(path)", VMA_O_PATH)
        var info = stat()
        _ = try retrying("examine /dev/\(path)") { fstat(file.raw, &info) }
        guard info.st_mode & S_IFMT == S_IFBLK else { return .other(FileStatus(info).kind.rawValue) }
        // makedev(3), as the kernel packs the two.
        let raw = UInt64(info.st_rdev)
        let major = (raw >> 8) & 0xfff | (raw >> 32) & ~0xfff
        let minor = raw & 0xff | (raw >> 12) & ~0xff
        return .block(DeviceNumber(major: UInt32(truncatingIfNeeded: major), minor: UInt32(truncatingIfNeeded: minor)))
    }

    private func device(_ name: String, _ number: DeviceNumber) throws(Fault) -> BlockDevice {
        let folder = "/sys/dev/block/\(number.text)"
        var partitions: [String] = []
        for entry in try guest.root.names(in: folder) {
            let part = text(entry)
            if part.hasPrefix(name), try guest.root.status("\(folder)/\(part)/partition") != nil { partitions.append(part) }
        }
        let holders = try guest.root.names(in: "\(folder)/holders").map { text($0) }
        let isReadOnly = try guest.root.read("\(folder)/ro", limit: 4096)?.first == UInt8(ascii: "1")
        let node = "/dev/" + BlockDevice.path(of: name)
        return BlockDevice(
            name: name, number: number, contents: contents(node), partitions: partitions, holders: holders, isReadOnly: isReadOnly,
            isHeld: isHeld(node))
    }

    /// open(2): O_EXCL on a block device fails with EBUSY while it is in use by the system, in whatever namespace.
    func isHeld(_ node: String) -> Bool {
        do throws(Fault) {
            _ = try guest.root.open(node, O_RDONLY | O_EXCL | O_NONBLOCK)
            return false
        } catch {
            return error.code == EBUSY
        }
    }

    private func contents(_ node: String) -> BlockDevice.Contents {
        do throws(Fault) {
            let outcome = try probe(node, [])
            switch outcome.end {
            case .exited(0): return BlockDevice.Contents(blkid: outcome.output)
            case .exited(2): return try backup(node) ?? .nothing
            case .exited(8): return .several
            default: return .unreadable(outcome.explanation)
            }
        } catch {
            return .unreadable(error.message)
        }
    }

    /// Where an ext file system has the first copy of its superblock, for blocks of 1, 2 and 4 KiB (ext4(5), `sparse_super`): what is
    /// left where the superblock itself is damaged. e2fsck looks there too.
    private static let copies = [8193 << 10, 16384 << 11, 32768 << 12]

    private func backup(_ node: String) throws(Fault) -> BlockDevice.Contents? {
        for place in Self.copies {
            // A superblock lies 1 KiB behind the beginning.
            let outcome = try probe(node, ["--offset", String(place - 1024), "--match-types", "ext2,ext3,ext4"])
            if outcome.succeeded, case .fileSystem(let type) = BlockDevice.Contents(blkid: outcome.output) { return .fileSystem(type) }
        }
        return nil
    }

    private func probe(_ node: String, _ options: [String]) throws(Fault) -> Outcome {
        try guest.processes.run(Command(.blkid, ["--probe", "--output", "export"] + options + ["--", node]))
    }
}
