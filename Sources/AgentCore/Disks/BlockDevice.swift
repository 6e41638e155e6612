/// The kernel's number of a device: its name in `/sys/dev/block`.
package struct DeviceNumber: Hashable, Sendable {
    package let major: UInt32
    package let minor: UInt32

    package init(major: UInt32, minor: UInt32) {
        self.major = major
        self.minor = minor
    }

    /// `8:1`.
    package init?(_ text: some Sequence<UInt8>) {
        let parts = Array(text).split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, let major = UInt32(String(decoding: parts[0], as: UTF8.self)),
            let minor = UInt32(String(decoding: parts[1], as: UTF8.self))
        else { return nil }
        self.init(major: major, minor: minor)
    }

    package var text: String { "\(major):\(minor)" }
}

/// A disk, a partition, or what is made of them, as the kernel and the libraries of file systems see it.
package struct BlockDevice: Hashable, Sendable {
    /// What it carries, by the signatures on it (blkid(8)).
    package enum Contents: Hashable, Sendable {
        case fileSystem(String)
        case swap
        /// A part of something else: RAID, LVM, an encrypted volume.
        case member(String)
        case partitionTable(String)
        case nothing
        /// Signatures of more than one kind.
        case several
        case unreadable(String)
    }

    /// The kernel's name, as in `/sys/class/block`.
    package let name: String
    package let number: DeviceNumber
    package let contents: Contents
    package let partitions: [String]
    /// Devices that are made of this one.
    package let holders: [String]
    package let isReadOnly: Bool
    /// Somebody has it open for himself alone: a mount, swap, a volume, in whatever namespace.
    package let isHeld: Bool

    package init(
        name: String, number: DeviceNumber, contents: Contents, partitions: [String] = [], holders: [String] = [],
        isReadOnly: Bool = false, isHeld: Bool = false
    ) {
        self.name = name
        self.number = number
        self.contents = contents
        self.partitions = partitions
        self.holders = holders
        self.isReadOnly = isReadOnly
        self.isHeld = isHeld
    }

    /// Its own place in /dev: the kernel writes a slash of a name as an exclamation mark.
    package var node: String { "/dev/" + Self.path(of: name) }

    package static func path(of name: String) -> String {
        String(decoding: name.utf8.map { $0 == UInt8(ascii: "!") ? UInt8(ascii: "/") : $0 }, as: UTF8.self)
    }
}

extension BlockDevice.Contents {
    /// From `blkid --probe --output export`: lines of `NAME=value`.
    ///
    /// - Parameter output: with `USAGE`, `TYPE`, or `PTTYPE` where only a partition table is there.
    package init(blkid output: [UInt8]) {
        var values: [String: String] = [:]
        for line in output.split(separator: 0x0a) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            values[String(decoding: line[..<equals], as: UTF8.self)] = ForeignText(line[(equals + 1)...]).escaped(limit: 32)
        }
        switch (values["USAGE"], values["TYPE"]) {
        case ("filesystem", let type?): self = .fileSystem(type)
        case (_, "swap"), (_, "swsuspend"): self = .swap
        case (.some, let type?): self = .member(type)
        default: self = values["PTTYPE"].map { .partitionTable($0) } ?? .nothing
        }
    }
}

/// What a name in /dev leads to.
package enum NamedDevice: Hashable, Sendable {
    case absent
    /// There, and something else: "a regular file".
    case other(String)
    case unreadable(String)
    case device(BlockDevice)
}
