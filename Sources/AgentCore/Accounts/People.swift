/// The accounts of people in this guest's own passwd.
package enum People {
    /// The one person who could log in here; nil where there are more, or none.
    package static func only(_ facts: Facts) throws(Unanswered) -> UserName? {
        guard case .contents(let passwd) = try facts.file("/etc/passwd") else { return nil }
        let defaults = try facts.accountDefaults()
        let people = PasswdFile.entries(in: passwd).filter { entry in
            let shell = entry.shell.bytes.split(separator: UInt8(ascii: "/")).last ?? []
            let isClosed = ["nologin", "false"].contains { shell.elementsEqual($0.utf8) }
            return !defaults.isSystem(entry.uid) && entry.uid <= defaults.uidMaximum && !isClosed
        }
        return people.count == 1 ? try? UserName(people[0].name) : nil
    }
}
