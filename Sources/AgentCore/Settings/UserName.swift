/// A user name that is safe in every file and program that it is going to meet: passwd, sudoers, sshd_config, shells.
///
/// Upstream shadow's `is_valid_name`, and narrower: Debian's own tools take nearly anything, even blanks and `#`. Letters,
/// digits, `_`, `.`, `-`, and one `$` at the end (Samba's machines); 1 to 32 bytes (`UT_NAMESIZE`). A digit may come first,
/// as shadow has it and as such users exist, but there must be a letter or `_`: `1000`, `10.0.0.1` are numbers and addresses
/// to chown, systemd and sudoers. Whether a name is a system user's is judged later, by uid; only `root` is refused here.
package struct UserName: Hashable, Sendable {
    package static let longest = 32

    package let bytes: [UInt8]

    /// - Parameter setting: where the name was sent, for the sentence.
    /// - Throws: `Refusal` that says what is wrong with it.
    package init(_ text: ForeignText, setting: SettingKey = .username) throws(Refusal) {
        if let fault = Self.fault(in: text.bytes) {
            throw Refusal(reason: "bad-username", message: "\(setting.quoted) \(text.quoted(limit: 64)) \(fault)")
        }
        if text.bytes.elementsEqual("root".utf8) {
            let advice =
                setting == .removeUser ? "name the user to be removed" : "name another user, who gets sudo and becomes root with it"
            throw Refusal(
                reason: "root-user", message: "\(setting.quoted) is \"root\", whose account this agent never changes: \(advice)")
        }
        bytes = text.bytes
    }

    /// Nil where the other initialiser would throw.
    package init?(_ text: String) {
        guard let name = try? UserName(ForeignText(text)) else { return nil }
        self = name
    }

    /// The name itself: nothing in it needs escaping.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// For the names of files: hexadecimal, so that no two users share one and no dot is in it (sudo skips such files).
    package var hexName: String { Hex.text(of: bytes) }

    private static func fault(in name: [UInt8]) -> String? {
        guard let first = name.first else { return "is empty" }
        if name.count > longest { return "is longer than \(longest) bytes; send a shorter name" }
        if let position = name.indices.first(where: { !isAllowed(name, at: $0) }) {
            let dollar = name[position] == UInt8(ascii: "$") ? "a \"$\" before the end" : ForeignText([name[position]]).quoted()
            return "holds \(dollar) at byte \(position + 1); "
                + "a user name is made of ASCII letters, digits, \"_\", \".\" and \"-\", and may end in \"$\""
        }
        if first == UInt8(ascii: "-") { return "begins with \"-\", which programs take for an option; send another name" }
        if first == UInt8(ascii: ".") { return "begins with a dot, which makes it a directory or a hidden file; send another name" }
        if !name.contains(where: isLetter) {
            return "has no letter, so that programs take it for a number; send a name with one"
        }
        if reserved.contains(where: { $0.utf8.elementsEqual(name) }) {
            return "is a reserved word of sudoers, where it does not mean a user; send another name"
        }
        return nil
    }

    private static func isAllowed(_ name: [UInt8], at index: Int) -> Bool {
        switch name[index] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"): true
        case UInt8(ascii: "$"): index > 0 && index == name.count - 1
        default: isLetter(name[index])
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Words that sudo's scanner (`toke.l`) does not always read as the name of a user: sudoers(5), "Other special characters
    /// and reserved words", its tags and options, the heads of its statements, and its digests and commands.
    private static let reserved = [
        "ALL", "Defaults", "User_Alias", "Runas_Alias", "Host_Alias", "Cmnd_Alias", "Cmd_Alias", "include", "includedir",
        "CHROOT", "CWD", "ROLE", "TYPE", "APPARMOR_PROFILE", "PRIVS", "LIMITPRIVS", "TIMEOUT", "NOTBEFORE", "NOTAFTER",
        "EXEC", "NOEXEC", "FOLLOW", "NOFOLLOW", "INTERCEPT", "NOINTERCEPT", "LOG_INPUT", "NOLOG_INPUT", "LOG_OUTPUT",
        "NOLOG_OUTPUT", "MAIL", "NOMAIL", "PASSWD", "NOPASSWD", "SETENV", "NOSETENV", "sudoedit", "list", "sha224", "sha256",
        "sha384", "sha512",
    ]
}
