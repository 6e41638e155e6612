/// A disk that may bring settings: which devices are looked at, and as what.
package enum Medium {
    package static let label = "VMACCESS"
    package static let file = "/settings.json"
    /// Tried in this order; the kernel refuses the one that it is not.
    package static let fileSystems = ["iso9660", "vfat"]

    /// Whether a block device is one that only the host can attach: a whole virtio, SCSI or USB disk, or an optical drive.
    ///
    /// Loop, dm, md, nbd, zram and brd devices are made inside the machine and lie below /sys/devices/virtual, as does a virtio disk that
    /// a process of its own plays (vduse); iSCSI sessions, scsi_debug and the target core's loopback are SCSI hosts without hardware.
    ///
    /// - Parameters:
    ///   - name: as in /sys/class/block.
    ///   - place: where that link leads, an absolute path in sysfs.
    /// - Returns: why not; nil where it is one.
    package static func objection(name: ForeignText, place: String, isPartition: Bool) -> String? {
        guard isName(name.bytes) else { return "is no name of a virtio or SCSI disk or of an optical drive" }
        let parts = place.split(separator: "/")
        guard parts.prefix(2) == ["sys", "devices"], parts.last.map(Array.init(_:)) == Array(String(decoding: name.bytes, as: UTF8.self))
        else {
            return "is not where the kernel keeps devices"
        }
        if isPartition { return "is a partition, not a whole disk" }
        let made = parts.dropFirst(2).first { part in
            part == "virtual" || ["pseudo_", "tcm_loop", "session"].contains { part.hasPrefix($0) }
        }
        if made != nil { return "is made inside this machine, not attached from outside" }
        let isVirtio = name.bytes.first == UInt8(ascii: "v")
        guard parts.contains(where: { $0.hasPrefix(isVirtio ? "virtio" : "host") }) else { return "is on no virtio, SCSI or USB bus" }
        return nil
    }

    /// `vda`, `sdb`, `sr0`.
    private static func isName(_ name: [UInt8]) -> Bool {
        guard name.count <= 8 else { return false }
        let rest = name.dropFirst(2)
        switch String(decoding: name.prefix(2), as: UTF8.self) {
        case "vd", "sd": return !rest.isEmpty && rest.allSatisfy { (0x61...0x7a).contains($0) }
        case "sr": return !rest.isEmpty && rest.allSatisfy { (0x30...0x39).contains($0) }
        default: return false
        }
    }
}
