/// Configurations and what sshd makes of them for `SSHDConnection.alice`.
///
/// `value` is what `sshd -T -C user=alice,host=client.example.com,addr=10.1.2.3,laddr=192.168.1.1,lport=22` printed, the
/// lines of one keyword joined by `;`, with OpenSSH 9.2p1 and 10.0p2 of Debian alike; `lines` is where it stands.
struct SSHDDecidingCase: Sendable {
    var name: String
    var keyword: String
    var value: String
    var lines: [String]
    var fixture: SSHDFixture

    init(
        _ name: String, _ keyword: String, _ value: String, _ lines: [String], _ main: String,
        _ dropIns: [String: String] = [:]
    ) {
        self.name = name
        self.keyword = keyword
        self.value = value
        self.lines = lines
        fixture = SSHDFixture(main: main, dropIns: dropIns)
    }
}

/// The line that Debian's pristine file begins with.
private let include = "Include /etc/ssh/sshd_config.d/*.conf\n"

extension SSHDDecidingCase {
    static let grammar: [SSHDDecidingCase] = [
        .init("a keyword in any case", "x11forwarding", "yes", ["sshd_config:1"], "X11FORWARDING yes\n"),
        .init("an equals sign", "maxauthtries", "3", ["sshd_config:1"], "MaxAuthTries=3\n"),
        .init("an equals sign among blanks", "maxauthtries", "3", ["sshd_config:1"], "MaxAuthTries \t=  3\n"),
        .init("an equals sign ahead of the keyword", "maxauthtries", "3", ["sshd_config:1"], "=MaxAuthTries 3\n"),
        .init("two equals signs, which hide the line", "maxauthtries", "4", ["sshd_config:2"], "==MaxAuthTries 3\nMaxAuthTries 4\n"),
        .init("quotes around the keyword", "maxauthtries", "3", ["sshd_config:1"], "\"MaxAuthTries\" 3\n"),
        .init("a quote that is never closed in the keyword", "maxauthtries", "4", ["sshd_config:2"], "\"MaxAuthTries 3\nMaxAuthTries 4\n"),
        .init("a comment behind the value", "maxauthtries", "3", ["sshd_config:1"], "MaxAuthTries 3 # not 6\n"),
        .init("a # inside a word is no comment", "banner", "/etc/a#b", ["sshd_config:1"], "Banner /etc/a#b\n"),
        .init("quotes and escapes", "allowusers", "a b;c d;e\"f;g\\h", ["sshd_config:1"], "AllowUsers \"a b\" c\\ d e\\\"f g\\h\n"),
        .init("single quotes, and quotes inside a word", "allowusers", "a b;cd e", ["sshd_config:1"], "AllowUsers 'a b' c\"d e\"\n"),
        .init("CRLF", "maxauthtries", "3", ["sshd_config:2"], "# c\r\n\tMaxAuthTries 3\r\nUsePAM yes\r\n"),
        .init("no newline at the end", "maxauthtries", "3", ["sshd_config:1"], "MaxAuthTries 3"),
        .init("a form feed at the end", "maxauthtries", "3", ["sshd_config:1"], "MaxAuthTries 3 \u{0c}\n"),
        .init("an older name", "kbdinteractiveauthentication", "no", ["sshd_config:1"], "ChallengeResponseAuthentication no\n"),
        .init(
            "the rest of the line, its comment included", "forcecommand", "echo \"a  b\" # c", ["sshd_config:1"],
            "ForceCommand echo \"a  b\" # c  \n"),
        .init("a file of zeros", "maxauthtries", "6", [], "\0\0\0\0\0\0\0\0"),
        .init("a NUL glues the next line to a comment", "maxauthtries", "4", ["sshd_config:2"], "# c\0\nMaxAuthTries 3\nMaxAuthTries 4\n"),
        .init("a NUL in the middle of a word", "maxauthtries", "34", ["sshd_config:1"], "MaxAuthTries 3\0x\n  4\n"),
    ]

    static let order: [SSHDDecidingCase] = [
        .init(
            "the first of two lines", "passwordauthentication", "no", ["sshd_config:1"],
            "PasswordAuthentication no\nPasswordAuthentication yes\n"),
        .init(
            "a drop-in before the file", "passwordauthentication", "no", ["50-cloud-init.conf:1"], include + "PasswordAuthentication yes\n",
            ["50-cloud-init.conf": "PasswordAuthentication no\n"]),
        .init(
            "drop-ins in the order of their bytes", "passwordauthentication", "no", ["00-a.conf:1"], include,
            ["50-z.conf": "PasswordAuthentication yes\n", "00-a.conf": "  passwordauthentication   no\n"]),
        .init(
            "capitals sort first", "maxauthtries", "3", ["Z.conf:1"], include, ["a.conf": "MaxAuthTries 4\n", "Z.conf": "MaxAuthTries 3\n"]),
        .init(
            "an include at the end comes last", "passwordauthentication", "yes", ["sshd_config:1"],
            "PasswordAuthentication yes\n" + include, ["a.conf": "PasswordAuthentication no\n"]),
        .init(
            "a relative pattern is below /etc/ssh", "maxauthtries", "3", ["a.conf:1"], "Include sshd_config.d/a*\n",
            ["a.conf": "MaxAuthTries 3\n"]),
        .init(
            "two patterns, the first first", "maxauthtries", "4", ["b.conf:1"], "Include sshd_config.d/b* sshd_config.d/a*\n",
            ["a.conf": "MaxAuthTries 3\n", "b.conf": "MaxAuthTries 4\n"]),
        .init("nothing matches the pattern", "maxauthtries", "4", ["sshd_config:2"], "Include /nonexistent/* ~/x\nMaxAuthTries 4\n"),
        .init("the last MaxStartups", "maxstartups", "5:30:60", ["sshd_config:2"], "MaxStartups 10:30:100\nMaxStartups 5:30:60\n"),
        .init("the last IPQoS", "ipqos", "af11 cs1", ["sshd_config:2"], "IPQoS cs1 cs1\nIPQoS af11 cs1\n"),
        .init("ports add up", "port", "2222;22", ["a.conf:1", "sshd_config:2"], include + "Port 22\n", ["a.conf": "Port 2222\n"]),
        .init("AcceptEnv adds up", "acceptenv", "LANG;LC_*;X", ["sshd_config:1", "sshd_config:2"], "AcceptEnv LANG LC_*\nAcceptEnv X\n"),
        .init("AllowUsers adds up", "allowusers", "bob;alice", ["sshd_config:1", "sshd_config:2"], "AllowUsers bob\nAllowUsers alice\n"),
        .init("SetEnv does not", "setenv", "A=1;B=2", ["sshd_config:1"], "SetEnv A=1 B=2\nSetEnv C=3\n"),
        .init(
            "AuthorizedKeysFile does not", "authorizedkeysfile", "/etc/k/%u .ssh/k", ["sshd_config:1"],
            "AuthorizedKeysFile /etc/k/%u .ssh/k\nAuthorizedKeysFile x\n"),
    ]

    static let blocks: [SSHDDecidingCase] = [
        .init(
            "a block overrides the file", "passwordauthentication", "no", ["sshd_config:3"],
            "PasswordAuthentication yes\nMatch User alice\n  PasswordAuthentication no\n"),
        .init(
            "a block about another does not", "passwordauthentication", "yes", ["sshd_config:1"],
            "PasswordAuthentication yes\nMatch User bob\nPasswordAuthentication no\n"),
        .init(
            "a block in an earlier file overrides a later global line", "passwordauthentication", "yes", ["a.conf:2"],
            include + "PasswordAuthentication no\n", ["a.conf": "Match User alice\nPasswordAuthentication yes\n"]),
        .init(
            "a block ends with its file", "passwordauthentication", "no", ["sshd_config:2"], include + "PasswordAuthentication no\n",
            ["a.conf": "Match User bob\nPasswordAuthentication yes\n"]),
        .init(
            "the global line behind such a file does not stand in its block", "usepam", "yes", ["sshd_config:2"], include + "UsePAM yes\n",
            ["a.conf": "Match User bob\n"]),
        .init(
            "the first of two blocks", "passwordauthentication", "no", ["sshd_config:2"],
            "Match User alice\nPasswordAuthentication no\nMatch User a*\nPasswordAuthentication yes\n"),
        .init(
            "the second block, where the first does not set it", "passwordauthentication", "yes", ["sshd_config:4"],
            "Match User alice\nX11Forwarding no\nMatch User a*\nPasswordAuthentication yes\n"),
        .init(
            "DenyUsers of all blocks that hold", "denyusers", "x;alice", ["sshd_config:2", "sshd_config:4"],
            "Match User alice\nDenyUsers x\nMatch Group sudo\nDenyUsers alice\n"),
        .init(
            "AllowUsers of blocks replaces the global one", "allowusers", "alice", ["sshd_config:3"],
            "AllowUsers bob\nMatch Address 10.0.0.0/8\nAllowUsers alice\n"),
        .init(
            "an include in a block that holds", "passwordauthentication", "no", ["a.conf:1"],
            "Match User alice\n" + include + "PasswordAuthentication yes\n", ["a.conf": "PasswordAuthentication no\n"]),
        .init(
            "an include in a block that does not hold", "passwordauthentication", "yes", [], "Match User bob\n" + include,
            ["a.conf": "PasswordAuthentication no\n"]),
        .init(
            "a block inside such an include does not hold either", "passwordauthentication", "yes", [], "Match User bob\n" + include,
            ["a.conf": "Match all\nPasswordAuthentication no\n"]),
        .init(
            "behind an include with a block, the block around it goes on", "maxauthtries", "3", ["sshd_config:3"],
            "Match User alice\n" + include + "MaxAuthTries 3\n", ["a.conf": "Match User bob\nMaxAuthTries 5\n"]),
        .init(
            "behind an include that holds, a block that does not goes on", "maxauthtries", "6", [],
            "Match User bob\n" + include + "MaxAuthTries 3\n", ["a.conf": "Match all\n"]),
        .init("Match all is global as well", "port", "2222", ["sshd_config:2"], "Match all\nPort 2222\n"),
        .init(
            "Match all comes before a later block", "passwordauthentication", "no", ["sshd_config:2"],
            "Match all\nPasswordAuthentication no\nMatch User alice\nPasswordAuthentication yes\n"),
        .init("Match all overrides the file", "maxauthtries", "3", ["sshd_config:3"], "MaxAuthTries 5\nMatch all\nMaxAuthTries 3\n"),
        .init(
            "the last IPQoS of a block", "ipqos", "cs1 cs1", ["sshd_config:4"], "IPQoS ef ef\nMatch User alice\nIPQoS af11\nIPQoS cs1 cs1\n"
        ),
    ]

    /// Blocks with these criteria hold.
    static let holding = [
        "User alice", "User=alice", "user \"alice\"", "User bob,alice", "User *,!bob", "User a?ice", "USER al*e",
        "Group sudo", "Group nobody,users", "Group s*", "Host client.example.com", "Host *.EXAMPLE.com",
        "Host *,!*.org", "Address 10.1.2.3", "Address 10.0.0.0/8", "Address 10.1.*", "Address ?0.1.2.3", "Address 10.66051",
        "Address 0xa010203", "Address 192.168.0.0/16,10.1.2.0/24", "Address 0.0.0.0/0", "LocalAddress 192.168.0.0/16",
        "LocalPort 22", "User alice Address 10.0.0.0/8 LocalPort 22", "all", "all # alice", "User alice # bob",
    ]

    /// Blocks with these do not.
    static let failing = [
        "User bob", "User ALICE", "User !bob", "User *,!alice", "User alice,!a*", "User alic", "User alice?",
        "Group root", "Group sudo,!users", "Group !root", "Host example.com", "Host *,!client.*", "Address 10.1.2.4",
        "Address 10.0.0.0/16", "Address 10.0.0.0/8,!10.1.2.0/24", "Address ::/0", "Address ::ffff:10.1.2.3",
        "Address 10.1.2.3.", "LocalAddress 10.1.2.3", "LocalPort 2222", "User alice LocalPort 23", "User bob Group sudo",
    ]

    /// sshd refuses these ("Bad Match condition", or an invalid argument).
    static let refused = [
        "User", "all User alice", "User alice all", "exec true", "User alice Nobody x", "Address 10.0.0.1/8",
        "Address 10.0.0.0/33", "Address 10.0.0.0/8,,", "LocalPort x22", "User #alice",
    ]

    static func criteria(_ criteria: String) -> SSHDFixture {
        SSHDFixture(main: "MaxAuthTries 5\nMatch \(criteria)\nMaxAuthTries 3\n")
    }
}
