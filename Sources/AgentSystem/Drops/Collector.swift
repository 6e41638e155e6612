internal import AgentCore
internal import CLinux
internal import Glibc

/// Fetches settings that wait outside of any folder of ours, and lays a copy where the run takes it up. A credential and a disk stay as
/// they are: what was carried out before, the run tells by its memory.
package struct Collector {
    private let guest: Guest
    private static let limit = 1 << 20

    package init(_ guest: Guest) {
        self.guest = guest
    }

    /// systemd's, which has it from the hypervisor, from the boot loader or from whoever started the container (systemd.exec(5),
    /// LoadCredential=).
    ///
    /// - Parameter folder: `$CREDENTIALS_DIRECTORY`.
    package func collectCredential(from folder: String?) throws(Fault) {
        let name = "vmaccess-agent.settings"
        guard let folder, let settings = try guest.root.readSecret("\(folder)/\(name)", limit: Self.limit) else { return }
        try lay(settings, .credential, named: "credential")
    }

    /// - Parameter name: of the block device, as in /sys/class/block.
    package func collectDisk(_ name: String) throws {
        // Before the device is touched: where a site wants none of it, the kernel need not read what is on it.
        try guest.configuration().admit(.disk)
        let shown = ForeignText(name)
        let link = "/sys/class/block/\(name)"
        guard !name.utf8.contains(UInt8(ascii: "/")), let place = realpath(link, nil) else {
            throw Fault("read the disk \(shown.quoted(limit: 32))", cause: "there is no such disk")
        }
        defer { free(place) }
        if let objection = Medium.objection(
            name: shown, place: String(cString: place), isPartition: access("\(link)/partition", F_OK) == 0)
        {
            throw Fault("read settings from \(shown.quoted(limit: 32))", cause: "it \(objection)")
        }
        guard let settings = try read("/dev/\(name)") else {
            throw Fault("read settings from /dev/\(name)", cause: "there is no file \(Medium.file) on it")
        }
        try lay(settings, .disk, named: "disk-\(name)")
    }

    private func read(_ device: String) throws(Fault) -> Secret? {
        var reason = Fault("read \(device)", cause: "it has no \(Medium.fileSystems.joined(separator: " or ")) file system")
        for type in Medium.fileSystems {
            let raw = vma_mount_detached(device, type)
            guard raw == -1 else {
                return try Root(adopting: Descriptor(owning: raw), path: device).readSecret(Medium.file, limit: Self.limit)
            }
            if errno != EINVAL { reason = Fault("mount \(device)", errno: errno) }
        }
        throw reason
    }

    private func lay(_ settings: Secret, _ way: WayIn, named name: String) throws(Fault) {
        let folder = DropFolder.incoming(of: way, guest)
        let temporary = "\(folder)/.\(name)"
        try guest.root.remove(temporary)
        let file = try guest.root.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        try file.writeAll(settings, naming: temporary)
        let parent = try guest.root.openParent(temporary)
        _ = try retrying("lay down the settings from the \(way == .disk ? "disk" : "credential")") {
            renameat(parent.directory.raw, parent.name, parent.directory.raw, "\(name).settings")
        }
    }
}

extension WayIn {
    /// Whether what came by it stays there, to be found again.
    var isLasting: Bool { self == .credential || self == .disk }
}
