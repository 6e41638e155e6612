/// opasswd(5), where pam_pwhistory and pam_unix keep the hashes of earlier passwords: one line a user, the name in front.
///
/// A later user of that name would be refused passwords that they never had.
package enum OldPasswords {
    package static let path = "/etc/security/opasswd"

    /// The contents without the lines of `name`, every other byte as it was; nil where there is no such line.
    package static func removing(_ name: UserName, from contents: Secret) -> Secret? {
        let wanted = name.bytes + [UInt8(ascii: ":")]
        var kept: [Range<Int>] = []
        var start = 0
        while start < contents.count {
            let newline = (start..<contents.count).first { contents[$0] == UInt8(ascii: "\n") }
            let line = start..<(newline ?? contents.count - 1) + 1
            if !line.lazy.map({ contents[$0] }).starts(with: wanted) { kept.append(line) }
            start = line.upperBound
        }
        let rest = kept.joined()
        return rest.count == contents.count ? nil : Secret(copying: rest.lazy.map { contents[$0] })
    }
}
