/// One line of the kernel's mount table, proc_pid_mountinfo(5).
package struct MountEntry: Hashable, Sendable {
    /// Of the file system; where the kernel gives none (btrfs), of the device that it says it is from.
    package var number: DeviceNumber
    /// What of the file system is mounted; `/` for all of it.
    package let root: ForeignText
    package let point: ForeignText
    package let options: String
    package let type: String
    package let source: ForeignText

    package init(number: DeviceNumber, root: ForeignText, point: ForeignText, options: String, type: String, source: ForeignText) {
        self.number = number
        self.root = root
        self.point = point
        self.options = options
        self.type = type
        self.source = source
    }

    /// Whether `other` is mounted on something in this one.
    package func covers(_ other: MountEntry) -> Bool {
        let prefix = point.bytes == [UInt8(ascii: "/")] ? [] : point.bytes
        return other.point.bytes.count > prefix.count + 1 && other.point.bytes.starts(with: prefix + [UInt8(ascii: "/")])
    }
}

package enum MountTable {
    /// The entries in the order of the table: what was mounted later comes later.
    package static func entries(in table: [UInt8]) -> [MountEntry] {
        table.split(separator: 0x0a).compactMap { line in
            let words = line.split(separator: 0x20, omittingEmptySubsequences: false).map(Array.init)
            // Optional fields end with a dash by itself; type, source and the file system's own options follow.
            guard words.count >= 10, let number = DeviceNumber(words[2]),
                let dash = words[6...].firstIndex(of: [UInt8(ascii: "-")]), dash + 3 < words.count
            else { return nil }
            let own = String(decoding: words[5], as: UTF8.self)
            let shared = String(decoding: words[dash + 3], as: UTF8.self)
            return MountEntry(
                number: number, root: unescaped(words[3]), point: unescaped(words[4]), options: merged(own, shared),
                type: String(decoding: words[dash + 1], as: UTF8.self), source: unescaped(words[dash + 2]))
        }
    }

    /// Of the mount and of the file system, each once; read-only wins.
    private static func merged(_ own: String, _ shared: String) -> String {
        var options: [String] = []
        for option in (own + "," + shared).split(separator: ",").map(String.init) where !options.contains(option) { options.append(option) }
        if options.contains("ro") { options.removeAll { $0 == "rw" } }
        return options.joined(separator: ",")
    }

    /// `\040` and the like: three octal digits for a blank, a tab, a line feed and a backslash; in fstab(5) too.
    static func unescaped(_ word: [UInt8]) -> ForeignText {
        var bytes: [UInt8] = []
        var rest = word[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            guard byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }))
            rest = rest.dropFirst(3)
        }
        return ForeignText(bytes)
    }
}

extension MountEntry {
    /// The name of systemd's unit for a mount point (systemd.unit(5), "String escaping for inclusion in unit names").
    package func unit(_ suffix: String = "mount") -> String {
        let parts = point.bytes.split(separator: UInt8(ascii: "/"))
        if parts.isEmpty { return "-.\(suffix)" }
        var name: [UInt8] = []
        for (index, byte) in parts.joined(separator: [UInt8(ascii: "/")]).enumerated() {
            switch byte {
            case UInt8(ascii: "/"): name.append(UInt8(ascii: "-"))
            case UInt8(ascii: ".") where index == 0: name += Array("\\x2e".utf8)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "."):
                name.append(byte)
            default: name += Array(("\\x" + Hex.text(of: [byte])).utf8)
            }
        }
        return String(decoding: name, as: UTF8.self) + ".\(suffix)"
    }
}
