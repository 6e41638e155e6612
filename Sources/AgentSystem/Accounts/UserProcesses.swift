internal import AgentCore
internal import CLinux
internal import Glibc

/// The processes of one uid.
struct UserProcesses {
    let uid: UInt32

    /// Those that run with it, by any of their four ids.
    func all() throws(Fault) -> [pid_t] {
        let proc = try Root("/proc")
        return try proc.names(in: "/").compactMap { name in
            guard let pid = PasswdFile.decimal(name.bytes).flatMap({ pid_t(exactly: $0) }), has(pid) else { return nil }
            return pid
        }
    }

    private func has(_ pid: pid_t) -> Bool {
        guard let status = (try? Root("/proc/\(pid)").read("/status")) ?? nil else { return false }
        var ids: [UInt32] = []
        for line in status.split(separator: 0x0a) {
            if line.starts(with: "State:\tZ".utf8) { return false }
            if line.starts(with: "Uid:".utf8) {
                ids = line.dropFirst(4).split { $0 == 0x09 || $0 == 0x20 }.compactMap { PasswdFile.decimal($0) }
            }
        }
        return ids.contains(uid)
    }

    /// Asks all of them to end, then ends them.
    ///
    /// - Throws: a fault that names one that is still there.
    func end(asking seconds: Double = 2, killing more: Double = 8) throws(Fault) {
        for (signal, deadline) in [(SIGTERM, Deadline.seconds(seconds)), (SIGKILL, Deadline.seconds(seconds + more))] {
            while true {
                let found = try all()
                if found.isEmpty { return }
                if deadline.hasPassed { break }
                // By descriptor, and looked at again through it: a number may have passed to somebody else.
                for pid in found {
                    let raw = vma_pidfd_open(pid)
                    guard raw != -1 else { continue }
                    let process = Descriptor(owning: raw)
                    if has(pid) { _ = vma_pidfd_signal(process.raw, signal) }
                }
                deadline.pause(milliseconds: signal == SIGTERM ? 200 : 20)
            }
        }
        let left = try all().map(String.init).joined(separator: ", ")
        throw Fault("end the processes of uid \(uid)", cause: "still there: \(left)")
    }
}
