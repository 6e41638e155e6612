/// What passwd, shadow and group say of a name.
package enum AccountAnswer: Sendable {
    /// Nobody has this name.
    case absent(groupExists: Bool)
    /// In the guest's own passwd.
    case local(Account)
    /// Known to the name service but not in passwd: kept by a directory, which the account tools cannot change.
    case foreign
    /// The files could not be read; why.
    case unreadable(String)
}

/// An account in the guest's own passwd(5).
package struct Account: Hashable, Sendable {
    package let entry: PasswdEntry
    /// nil: no line in shadow(5).
    package let shadow: ShadowEntry?
    /// How many other names have the same uid.
    package let namesakes: Int
    /// Groups that name this user as a member, without the primary one.
    package let groups: [ForeignText]

    package init(entry: PasswdEntry, shadow: ShadowEntry?, namesakes: Int = 0, groups: [ForeignText] = []) {
        self.entry = entry
        self.shadow = shadow
        self.namesakes = namesakes
        self.groups = groups
    }
}

/// What new accounts are made like: login.defs(5) and useradd(8)'s defaults file.
package struct AccountDefaults: Hashable, Sendable {
    /// uids of people; below are the system's, above nobody's.
    package var uidMinimum: UInt32 = 1000
    package var uidMaximum: UInt32 = 60000
    /// Where homes are made.
    package var homeBase = ForeignText("/home")
    package var shell = ForeignText("/bin/sh")
    /// Permission bits of a new home.
    package var homeMode: UInt32 = 0o755

    package init() {}

    /// Reads what both files say; what they do not say stays the tools' own default.
    package init(loginDefs: [UInt8], useradd: [UInt8]) {
        for (key, value) in AccountDefaults.settings(loginDefs, separators: [0x20, 0x09]) {
            switch key {
            case "UID_MIN": uidMinimum = PasswdFile.decimal(value) ?? uidMinimum
            case "UID_MAX": uidMaximum = PasswdFile.decimal(value) ?? uidMaximum
            case "HOME_MODE": homeMode = AccountDefaults.octal(value) ?? homeMode
            default: break
            }
        }
        for (key, value) in AccountDefaults.settings(useradd, separators: [UInt8(ascii: "=")]) {
            switch key {
            case "HOME" where value.first == UInt8(ascii: "/"): homeBase = ForeignText(value)
            case "SHELL" where value.first == UInt8(ascii: "/"): shell = ForeignText(value)
            default: break
            }
        }
    }

    /// Whether an account with this uid is the system's own, and so none of ours to change.
    package func isSystem(_ uid: UInt32) -> Bool {
        uid < uidMinimum || uid == 65534 || uid >= UInt32.max - 1
    }

    /// Permission bits that leave the owner in and nobody else writing; nil for anything else.
    private static func octal(_ digits: [UInt8]) -> UInt32? {
        let mode = UInt32(String(decoding: digits, as: UTF8.self), radix: 8)
        return mode.flatMap { $0 <= 0o2777 && $0 & 0o700 == 0o700 && $0 & 0o022 == 0 ? $0 : nil }
    }

    private static func settings(_ text: [UInt8], separators: Set<UInt8>) -> [(key: String, value: [UInt8])] {
        text.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let body = line.drop(while: { $0 == 0x20 || $0 == 0x09 })
            guard let first = body.first, first != UInt8(ascii: "#"), let end = body.firstIndex(where: { separators.contains($0) })
            else { return nil }
            let value = body[end...].drop(while: { separators.contains($0) }).prefix(while: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d })
            return (String(decoding: body[..<end], as: UTF8.self), Array(value))
        }
    }
}
