internal import AgentCore
internal import CLinux
internal import Glibc

/// The lock files of the account tools, read from the guest.
struct AccountLocks {
    let root: Root

    /// What shadow's tools lock, by `/etc/NAME.lock` (commonio.c).
    private static let names = ["passwd", "shadow", "group", "gshadow", "subuid", "subgid"]

    func all() -> Known<[AccountLock]> {
        do throws(Fault) {
            var locks: [AccountLock] = []
            for name in Self.names {
                if let lock = try lock("/etc/\(name).lock") { locks.append(lock) }
            }
            return .known(locks)
        } catch {
            return .unknown(error.message)
        }
    }

    /// What shadow's tools and pam_unix write beside these files before the rename. One that was killed leaves it there, hashes and all.
    private static let halfWritten = names.map { "/etc/\($0)+" } + ["/etc/nshadow", "/etc/npasswd"]

    /// Removes what is half written, where nobody is writing: all of them take that lock.
    ///
    /// - Throws: also where others hold it; it is tried again at the next run.
    func removeHalfWritten() throws(Fault) {
        guard root.isRunningSystem else { return }
        var found: [String] = []
        for path in Self.halfWritten where try root.status(path)?.kind == .file { found.append(path) }
        guard !found.isEmpty else { return }
        let lock = try PasswordFilesLock(root, seconds: 20)
        for path in found { try root.destroy(path) }
        _ = consume lock
    }

    /// nil where there is none.
    func lock(_ path: String) throws(Fault) -> AccountLock? {
        guard let status = try root.status(path) else { return nil }
        guard status.kind == .file, let bytes = try root.read(path, limit: 4096) else { return AccountLock(path: path, holder: .unnamed) }
        // The number, and a NUL behind it.
        let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let number = PasswdFile.decimal(digits), number > 0, let pid = pid_t(exactly: number) else {
            return AccountLock(path: path, holder: .unnamed)
        }
        guard let process = RunningProcess(pid), process.startedBefore(try modified(path)) else {
            return AccountLock(path: path, holder: .gone(Int(pid)))
        }
        return AccountLock(path: path, holder: .alive(process.name, Int(pid)))
    }

    /// Waits until nobody holds it, and removes it if it is still there then.
    func clear(_ path: String, seconds: Double) throws(Fault) {
        let deadline = Deadline.seconds(seconds)
        while let lock = try lock(path) {
            guard case .alive(let name, let pid) = lock.holder else {
                try root.remove(path)
                return
            }
            if deadline.hasPassed {
                throw Fault(
                    "change accounts",
                    cause: "\(path) is held by process \(pid) (\(name.escaped(limit: 40))); let it finish, or end it, and try again")
            }
            deadline.pause(milliseconds: 100)
        }
    }

    private func modified(_ path: String) throws(Fault) -> Int {
        let file = try root.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        var info = stat()
        _ = try retrying("examine \(path)") { fstat(file.raw, &info) }
        return info.st_mtim.tv_sec
    }
}

/// A process, as proc(5) tells of it.
struct RunningProcess {
    let pid: pid_t
    let name: ForeignText
    /// Clock ticks since boot.
    private let start: Int

    /// nil where there is no such process.
    init?(_ pid: pid_t) {
        guard let proc = try? Root("/proc/\(pid)"), let line = (try? proc.read("/stat")) ?? nil,
            let open = line.firstIndex(of: UInt8(ascii: "(")), let close = line.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        self.pid = pid
        name = ForeignText(line[(open + 1)..<close])
        // The third field follows; the start time is the twenty-second.
        let fields = line[(close + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, fields[0].first != UInt8(ascii: "Z"), let start = Int(String(decoding: fields[19], as: UTF8.self)) else {
            return nil
        }
        self.start = start
    }

    /// Whether it ran at that time, in seconds since 1970; a process that began later was only given the same number.
    func startedBefore(_ moment: Int) -> Bool {
        guard let table = (try? Root("/proc").read("/stat")) ?? nil else { return true }
        for line in table.split(separator: 0x0a) where line.starts(with: "btime ".utf8) {
            guard let boot = Int(String(decoding: line.dropFirst(6), as: UTF8.self)) else { return true }
            return boot + start / sysconf(Int32(_SC_CLK_TCK)) <= moment + 2
        }
        return true
    }
}
