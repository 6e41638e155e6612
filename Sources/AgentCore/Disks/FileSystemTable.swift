/// What is to be mounted: fstab(5).
package enum FileSystemTable {
    /// Mount points that the file names for every boot, in its order; neither swap nor what is mounted on demand.
    package static func wanted(_ fstab: [UInt8]) -> [ForeignText] {
        fstab.split(separator: 0x0a).compactMap { line in
            let fields = line.split { $0 == 0x20 || $0 == 0x09 }
            guard fields.count >= 3, fields[0].first != UInt8(ascii: "#"), fields[1].first == UInt8(ascii: "/"),
                !fields[2].elementsEqual("swap".utf8)
            else { return nil }
            let options = fields.count > 3 ? fields[3].split(separator: UInt8(ascii: ",")) : []
            if options.contains(where: { $0.elementsEqual("noauto".utf8) }) { return nil }
            return MountTable.unescaped(Array(fields[1]))
        }
    }
}
