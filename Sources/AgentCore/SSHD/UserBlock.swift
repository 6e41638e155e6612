/// The lines of sshd's configuration that let one user in by the methods asked, and nobody else.
///
/// A `Match User` block that comes first wins over global lines and over later blocks (`copy_set_server_options` in servconf.c);
/// lists of users and groups in it replace the global ones.
package struct UserBlock: Hashable, Sendable {
    package let user: UserName
    package let settings: [String]

    package init(_ user: UserName, settings: [String]) {
        self.user = user
        self.settings = settings
    }

    /// - Parameters:
    ///   - effective: what is in force for this user; nil where sshd cannot be asked: then all that is asked is said.
    ///   - groups: the user's; nil where they are not known.
    ///   - covers: whether the request covers more than password login: `reset_ssh`.
    package init(
        _ user: UserName, password: Bool, key: Bool, effective: EffectiveConfiguration?, groups: [ForeignText]?, covers: Bool
    ) {
        self.user = user
        var settings: [String] = []
        if password, effective?.takesPasswords != true { settings.append("PasswordAuthentication yes") }
        if covers, key, effective?.pubkeyAuthentication != true { settings.append("PubkeyAuthentication yes") }
        if covers, let effective {
            let lists = effective.authenticationMethods
            let suffices = lists.isEmpty || lists.contains { $0.count == 1 && Self.offers($0[0], password: password, key: key) }
            if !suffices { settings.append("AuthenticationMethods any") }
            let access = effective.access
            let connection = SSHDConnection(
                user: ForeignText(user.text), userExists: true, groups: groups, host: ForeignText("192.0.2.2"),
                address: ForeignText("192.0.2.2"))
            if access.verdict(for: connection) != .admitted {
                if !access.denyUsers.isEmpty { settings.append("DenyUsers \(Self.nobody)") }
                if !access.allowUsers.isEmpty { settings.append("AllowUsers \(user.text)") }
                if !access.denyGroups.isEmpty { settings.append("DenyGroups \(Self.nobody)") }
                if !access.allowGroups.isEmpty { settings.append("AllowGroups *") }
            }
        }
        self.settings = settings
    }

    /// The name of nobody: sshd has no empty list that could take an older one's place.
    private static let nobody = "vmaccess-agent-nobody"

    private static func offers(_ method: ForeignText, password: Bool, key: Bool) -> Bool {
        let name = String(decoding: method.bytes.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
        return name == "publickey" ? key || !password : name == "password" && password && !key
    }

    package var lines: [ForeignText] {
        [ForeignText("Match User \(user.text)")] + settings.map { ForeignText("    \($0)") }
    }

    /// As a file of its own; nil where nothing need be said.
    package var contents: [UInt8]? {
        if settings.isEmpty { return nil }
        return SSHDBlock.text([ForeignText("# Written by vmaccess-agent for the user \(user.text); see vmaccess-agent(8).")] + lines)
    }

    /// As a block ahead of all else in the main file, behind which the lines are everybody's again.
    package func block() throws(SSHDBlock.Flaw) -> SSHDBlock {
        try SSHDBlock(name: "user-\(user.hexName)", lines: lines + [ForeignText("Match all")])
    }
}

extension EffectiveConfiguration {
    /// Whether a password is taken: by the method of that name, or by PAM's questions.
    var takesPasswords: Bool {
        passwordAuthentication == true || (kbdInteractiveAuthentication == true && usePAM == true)
    }
}
