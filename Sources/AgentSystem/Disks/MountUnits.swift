internal import AgentCore
internal import Glibc

/// Unmounts and mounts by systemd's own mount units: so it holds for the whole machine, whatever namespace this process is in.
struct MountUnits {
    private let guest: Guest

    init(_ guest: Guest) {
        self.guest = guest
    }

    /// Stops the unit of a mount, and nothing else: what needs the mount goes on, and where it uses it, keeps it from being unmounted.
    func unmount(_ entry: MountEntry) throws(Fault) {
        let doing = "unmount \(entry.point.escaped())"
        // systemd learns of a mount that somebody made by hand a moment later.
        let patience = Deadline.seconds(5)
        while true {
            do throws(Fault) {
                // Writing out what a large file system has in memory takes its time.
                try guest.service.job("StopUnit", entry.unit(), mode: "ignore-dependencies", seconds: 600)
                break
            } catch {
                if patience.hasPassed { throw Fault(doing, cause: error.cause) }
                patience.pause(milliseconds: 200)
            }
        }
        if try isMounted(entry) { throw Fault(doing, cause: "it is in use\(users(of: entry))") }
    }

    /// As it was: by its unit, or where none describes it, with the options that it had.
    func mount(_ entry: MountEntry) throws(Fault) {
        let doing = "mount \(entry.point.escaped()) again"
        if try isMounted(entry) { return }
        do throws(Fault) {
            if try guest.service.isKnown(entry.unit()) {
                guest.service.resetFailed(entry.unit())
                try guest.service.job("StartUnit", entry.unit(), seconds: 300)
            } else {
                let properties: [(String, TransientUnit.Value)] = [
                    ("What", .text(text(entry.source))), ("Where", .text(text(entry.point))), ("Type", .text(entry.type)),
                    ("Options", .text(entry.options)),
                ]
                try TransientUnit(name: entry.unit(), properties: properties).start(naming: entry.unit())
                try guest.service.await(entry.unit(), seconds: 300)
            }
        } catch {
            throw Fault(doing, cause: error.cause)
        }
        if try !isMounted(entry) { throw Fault(doing, cause: "systemd could not; see systemctl status -- '\(entry.unit())'") }
    }

    /// The automount unit over a mount, if one is active: an access would mount what is being repaired.
    func activeAutomount(_ entry: MountEntry) throws(Fault) -> String? {
        let unit = entry.unit("automount")
        return try guest.service.isActive(unit) ? unit : nil
    }

    private func isMounted(_ entry: MountEntry) throws(Fault) -> Bool {
        switch Disks(guest).mounts() {
        case .known(let entries): return entries.contains { $0.point == entry.point && $0.number == entry.number }
        case .unknown(let why): throw Fault("tell what is mounted", cause: why)
        }
    }

    /// Who has something open there, for the sentence: by the links in /proc, which no hanging file system can hold up.
    private func users(of entry: MountEntry) -> String {
        var found: [String] = []
        for pid in (try? guest.root.names(in: "/proc")) ?? [] where pid.bytes.allSatisfy({ (0x30...0x39).contains($0) }) {
            let folder = "/proc/\(text(pid))"
            let files = ((try? guest.root.names(in: "\(folder)/fd")) ?? []).map { "fd/\(text($0))" }
            let uses = (["cwd", "root", "exe"] + files).contains { file in
                guard let path = try? guest.root.linkTarget("\(folder)/\(file)") else { return false }
                return path.utf8.elementsEqual(entry.point.bytes) || path.utf8.starts(with: entry.point.bytes + [UInt8(ascii: "/")])
            }
            guard uses else { continue }
            let name = (try? guest.root.read("\(folder)/comm", limit: 64)).flatMap { $0 } ?? []
            found.append("\(ForeignText(name.filter { $0 != 0x0a }).escaped(limit: 32)) (process \(text(pid)))")
            if found.count == 5 { break }
        }
        return found.isEmpty ? "" : " by \(found.joined(separator: ", ")): stop that, and send the settings again"
    }
}
