/// What is to be mounted and what is: fstab(5), and the fields of proc_pid_mountinfo(5).
package enum MountTable {
    /// Mount points that the file names for every boot, in its order; neither swap nor what is mounted on demand.
    package static func wanted(fstab: [UInt8]) -> [ForeignText] {
        lines(fstab).compactMap { fields in
            guard fields.count >= 3, fields[0].first != UInt8(ascii: "#"), fields[1].first == UInt8(ascii: "/"),
                !fields[2].elementsEqual("swap".utf8)
            else { return nil }
            let options = fields.count > 3 ? fields[3].split(separator: UInt8(ascii: ",")) : []
            if options.contains(where: { $0.elementsEqual("noauto".utf8) }) { return nil }
            return ForeignText(unescaped(fields[1]))
        }
    }

    /// Where something is mounted.
    package static func mounted(mountinfo: [UInt8]) -> [ForeignText] {
        lines(mountinfo).compactMap { $0.count > 4 ? ForeignText(unescaped($0[4])) : nil }
    }

    private static func lines(_ file: [UInt8]) -> [[ArraySlice<UInt8>]] {
        file.split(separator: 0x0a).map { $0.split { $0 == 0x20 || $0 == 0x09 } }
    }

    /// `\040` for a blank, in both.
    private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) {
                bytes.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }))
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}
