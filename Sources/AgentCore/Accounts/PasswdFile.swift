/// One line of passwd(5), as bytes.
package struct PasswdEntry: Hashable, Sendable {
    package let name: ForeignText
    package let uid: UInt32
    package let gid: UInt32
    package let home: ForeignText
    package let shell: ForeignText
}

/// passwd(5), read as the C library's `files` source does: blanks in front are passed over, the last field takes the rest of the
/// line, and lines that are no entry are passed over.
package enum PasswdFile {
    package static func entries(in contents: some Collection<UInt8>) -> [PasswdEntry] {
        contents.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = fields(of: line, atMost: 7)
            guard fields.count >= 6, !fields[0].isEmpty, let uid = decimal(fields[2]), let gid = decimal(fields[3]) else { return nil }
            return PasswdEntry(
                name: ForeignText(fields[0]), uid: uid, gid: gid, home: ForeignText(fields[5]),
                shell: ForeignText(fields.count == 7 ? fields[6] : []))
        }
    }

    static func fields<Line: Collection<UInt8>>(of line: Line, atMost count: Int) -> [Line.SubSequence] {
        line.drop(while: { $0 == 0x20 || $0 == 0x09 }).split(
            separator: UInt8(ascii: ":"), maxSplits: count - 1, omittingEmptySubsequences: false)
    }

    /// A decimal number without sign or blanks, up to 2^32 - 1.
    package static func decimal(_ digits: some Collection<UInt8>) -> UInt32? {
        guard !digits.isEmpty, digits.count <= 10 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        return UInt32(exactly: value)
    }
}

/// group(5): the name, the number and the members.
package struct GroupEntry: Hashable, Sendable {
    package let name: ForeignText
    package let gid: UInt32
    package let members: [ForeignText]

    package static func entries(in contents: some Collection<UInt8>) -> [GroupEntry] {
        contents.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = PasswdFile.fields(of: line, atMost: 4)
            guard fields.count >= 3, !fields[0].isEmpty, let gid = PasswdFile.decimal(fields[2]) else { return nil }
            return GroupEntry(
                name: ForeignText(fields[0]), gid: gid,
                members: fields.dropFirst(3).flatMap { $0.split(separator: UInt8(ascii: ",")) }.map { ForeignText($0) })
        }
    }
}
