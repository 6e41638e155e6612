package import AgentCore
internal import CLinux
internal import Glibc

/// What the console finds around it: a system that runs, or a rescue shell.
extension Surroundings {
    /// - Parameter version: the agent's.
    package static func look(version: String) -> Surroundings {
        var found = Surroundings(title: "vmaccess-agent \(version)\(hostName.map { " on \($0)" } ?? "")")
        if access("/proc/self/mountinfo", R_OK) != 0 { found.missing.append("/proc is not mounted. Type: mount -t proc proc /proc") }
        if !isDevice("/dev/null") { found.missing.append("/dev has no null. Type: mount -t devtmpfs devtmpfs /dev") }
        found.isReadOnly = isReadOnly("/")
        guard found.missing.isEmpty, let state = rescueState() else { return found }
        found.isRescue = true
        found.notes = [
            "This is a rescue shell: \(state). What is a user's own is changed now; the SSH service is looked at, and the login "
                + "proven, at the next boot."
        ]
        found.parting = [
            "To start this machine with what was changed, type: \(restart) (do not only leave the shell: without its first process the "
                + "kernel stops)"
        ]
        let absent = unmounted
        if let own = absent.first(where: { covers($0, "/var/lib/vmaccess-agent") || covers($0, "/etc") || covers($0, "/usr") }) {
            found.missing.append("\(own.escaped()) is a file system of its own and is not mounted. Type: mount \(own.escaped())")
        } else if !absent.isEmpty {
            let names = absent.map { $0.escaped() }.joined(separator: ", ")
            found.notes.append("Not mounted, though /etc/fstab has it: \(names). Where homes lie there, quit and type first: mount -a")
        }
        return found
    }

    /// Why this is a rescue shell; nil where systemd runs as it should.
    private static func rescueState() -> String? {
        do throws(Fault) {
            // systemd(1) calls a system with the rescue or the emergency target so.
            return try Bus().managerState() == "maintenance" ? "systemd is in emergency or rescue mode" : nil
        } catch {
            return "systemd does not run"
        }
    }

    private static var restart: String { getpid() > 1 && (try? Bus()) != nil ? "systemctl reboot" : "reboot -ff" }

    /// nil where nobody has set one: the kernel's own is "(none)".
    private static var hostName: String? {
        var name = [CChar](repeating: 0, count: 65)
        guard gethostname(&name, name.count - 1) == 0, name[0] != CChar(UInt8(ascii: "(")) else { return nil }
        return ForeignText(name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }).escaped()
    }

    private static func isDevice(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
    }

    private static func isReadOnly(_ path: String) -> Bool {
        var status = statvfs()
        return statvfs(path, &status) == 0 && status.f_flag & UInt(VMA_READ_ONLY) != 0
    }

    private static var unmounted: [ForeignText] {
        guard let root = try? Root("/"), let fstab = try? root.read("/etc/fstab"), let mountinfo = try? root.read("/proc/self/mountinfo")
        else { return [] }
        let mounted = MountTable.entries(in: mountinfo).map(\.point)
        return FileSystemTable.wanted(fstab).filter { $0 != ForeignText("/") && !mounted.contains($0) }
    }

    private static func covers(_ point: ForeignText, _ path: String) -> Bool {
        Array("\(path)/".utf8).starts(with: point.bytes + [UInt8(ascii: "/")])
    }
}
