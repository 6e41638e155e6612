import AgentCore
import Testing

/// What `sudo -n -ll -U bob` of sudo 1.9.13p3 (Debian 12) prints for a rule of sudoers, taken down once; and what the rule means by
/// sudoers(5).
@Suite("sudo's listing") struct SudoGrantsTests {
    private static let head = """
        Matching Defaults entries for bob on vm:
            env_reset, mail_badpass,
            secure_path=/usr/local/sbin\\:/usr/local/bin\\:/usr/sbin\\:/usr/bin\\:/sbin\\:/bin,
            use_pty

        User bob may run the following commands on vm:

        """

    /// One entry as sudo lays it out: fields indented by four blanks, commands by a tab.
    private static func entry(_ fields: [String], _ commands: [String]) -> String {
        "\nSudoers entry:\n" + (fields + ["Commands:"]).map { "    \($0)\n" }.joined() + commands.map { "\t\($0)\n" }.joined()
    }

    private static func read(_ entries: String) -> SudoGrants { SudoGrants(listing: Array((head + entries).utf8)) }

    private static let all = ["RunAsUsers: ALL", "RunAsGroups: ALL"]
    private static let free = all + ["Options: !authenticate"]

    @Test(
        "tells whose password is asked for: the last word on it holds",
        arguments: [
            ("rootpw", SudoGrants.everythingWithOthersPassword), ("!rootpw", .everythingWithPassword),
            ("targetpw, !targetpw", .everythingWithPassword), ("!runaspw, runaspw", .everythingWithOthersPassword),
            ("targetpw, !rootpw", .everythingWithOthersPassword), ("insults", .everythingWithPassword),
        ])
    func password(_ options: String, _ expected: SudoGrants) {
        let head = Self.head.replacing("use_pty", with: options)
        #expect(SudoGrants(listing: Array((head + Self.entry(Self.all, ["ALL"])).utf8)) == expected)
        #expect(SudoGrants(listing: Array((head + Self.entry(Self.free, ["ALL"])).utf8)) == .everythingWithoutPassword)
        #expect(SudoGrants(listing: Array(head.utf8)) == .none)
    }

    @Test("is answered with a grant that asks for the user's own")
    func ownPassword() throws {
        let grant = SudoGrant(user: try user("bob"), asksPassword: true, asksOwnPassword: true)
        let lines = String(decoding: grant.contents, as: UTF8.self).split(separator: "\n").dropFirst()
        #expect(Array(lines) == ["Defaults:\"bob\" !rootpw, !targetpw, !runaspw", "\"bob\" ALL=(ALL:ALL) ALL"])
    }

    @Test(
        "of one rule",
        arguments: [
            ("bob ALL=(ALL:ALL) ALL", entry(all, ["ALL"]), .everythingWithPassword),
            ("bob ALL=(ALL:ALL) NOPASSWD: ALL", entry(free, ["ALL"]), .everythingWithoutPassword),
            ("bob ALL=ALL", entry(["RunAsUsers: root"], ["ALL"]), .everythingWithPassword),
            (
                "bob ALL=(root, alice) NOPASSWD: ALL", entry(["RunAsUsers: root, alice", "Options: !authenticate"], ["ALL"]),
                .everythingWithoutPassword
            ),
            (
                "bob ALL=(ALL) NOEXEC: SETENV: NOPASSWD: ALL",
                entry(["RunAsUsers: ALL", "Options: setenv, noexec, !authenticate"], ["ALL"]), .everythingWithoutPassword
            ),
            (
                "bob ALL=(ALL) CWD=/tmp NOPASSWD: ALL",
                entry(["RunAsUsers: ALL", "Options: !authenticate", "Cwd: /tmp"], ["ALL"]), .everythingWithoutPassword
            ),
            // Not everything, or not as root.
            ("bob ALL=(ALL:ALL) NOPASSWD: /usr/bin/apt, /bin/ls", entry(free, ["/usr/bin/apt", "/bin/ls"]), .none),
            ("bob ALL=(alice) NOPASSWD: ALL", entry(["RunAsUsers: alice", "Options: !authenticate"], ["ALL"]), .none),
            ("bob ALL=(ALL, !root) NOPASSWD: ALL", entry(["RunAsUsers: ALL, !root", "Options: !authenticate"], ["ALL"]), .none),
            (
                "bob ALL=(:admins) NOPASSWD: ALL",
                entry(["RunAsUsers: bob", "RunAsGroups: admins", "Options: !authenticate"], ["ALL"]), .none
            ),
            ("bob ALL=(rootless) ALL", entry(["RunAsUsers: rootless"], ["ALL"]), .none),
            (
                "bob ALL=(ALL) NOTAFTER=20010101000000Z NOPASSWD: ALL",
                entry(["RunAsUsers: ALL", "Options: !authenticate", "NotAfter: 20010101000000Z"], ["ALL"]), .none
            ),
            (
                "bob ALL=(ALL) CHROOT=/srv NOPASSWD: ALL",
                entry(["RunAsUsers: ALL", "Options: !authenticate", "Chroot: /srv"], ["ALL"]), .none
            ),
            // Commands that only look like it.
            (
                "bob ALL=(ALL) NOPASSWD: /bin/echo ALL, /bin/echo Sudoers\\ entry\\:",
                entry(free, ["/bin/echo ALL", "/bin/echo Sudoers entry\\:"]), .none
            ),
            // Negations: the last match decides.
            ("bob ALL=(ALL:ALL) NOPASSWD: ALL, !/bin/su", entry(free, ["ALL", "!/bin/su"]), .none),
            ("bob ALL=(ALL:ALL) NOPASSWD: !/bin/su, ALL", entry(free, ["!/bin/su", "ALL"]), .everythingWithoutPassword),
            ("bob ALL=(ALL:ALL) NOPASSWD: !ALL", entry(free, ["!ALL"]), .none),
        ] as [(String, String, SudoGrants)])
    func rule(_: String, _ entries: String, _ grants: SudoGrants) {
        #expect(Self.read(entries) == grants)
    }

    @Test(
        "of several rules, of which the last that says something of everything decides",
        arguments: [
            (
                "%sudo ALL=(ALL:ALL) ALL; bob ALL=(ALL:ALL) NOPASSWD: ALL", entry(all, ["ALL"]) + entry(free, ["ALL"]),
                .everythingWithoutPassword
            ),
            (
                "bob ALL=(ALL:ALL) NOPASSWD: ALL; %sudo ALL=(ALL:ALL) ALL", entry(free, ["ALL"]) + entry(all, ["ALL"]),
                .everythingWithPassword
            ),
            // NOPASSWD for one command says nothing of the others, wherever it stands.
            ("ALL; NOPASSWD: /bin/ls", entry(all, ["ALL"]) + entry(free, ["/bin/ls"]), .everythingWithPassword),
            (
                "bob ALL=(ALL) NOPASSWD: /usr/bin/apt, PASSWD: ALL",
                entry(free, ["/usr/bin/apt"]) + entry(["RunAsUsers: ALL", "Options: authenticate"], ["ALL"]), .everythingWithPassword
            ),
            ("(alice) rules change nothing", entry(free, ["ALL"]) + entry(["RunAsUsers: alice"], ["!ALL"]), .everythingWithoutPassword),
            // What is taken away further down is gone.
            ("NOPASSWD: ALL; !ALL", entry(free, ["ALL"]) + entry(all, ["!ALL"]), .none),
            ("NOPASSWD: ALL; !/usr/bin/passwd", entry(free, ["ALL"]) + entry(all, ["!/usr/bin/passwd"]), .none),
            ("!ALL; NOPASSWD: ALL", entry(all, ["!ALL"]) + entry(free, ["ALL"]), .everythingWithoutPassword),
        ] as [(String, String, SudoGrants)])
    func rules(_: String, _ entries: String, _ grants: SudoGrants) {
        #expect(Self.read(entries) == grants)
    }

    @Test("of sudo 1.9.16 names the file of each entry")
    func namedEntries() {
        let listing = (Self.entry(Self.all, ["ALL"]) + Self.entry(Self.free, ["ALL"])).replacing(
            "Sudoers entry:", with: "Sudoers entry: /etc/sudoers.d/90-cloud-init-users")
        #expect(Self.read(listing) == .everythingWithoutPassword)
    }

    @Test(
        "of who may nothing",
        arguments: [
            "User bob is not allowed to run sudo on vm.\n", "", "sudo: unknown user bob\n",
            "Matching Defaults entries for bob on vm:\n    env_reset, ALL\n\nUser bob is not allowed to run sudo on vm.\n",
        ])
    func nothing(_ listing: String) {
        #expect(SudoGrants(listing: Array(listing.utf8)) == SudoGrants.none)
    }
}

@Suite("the agent's sudo grant") struct SudoGrantTests {
    @Test("is a file that sudo reads, one for each user", arguments: [("bob", "626f62"), ("a.b", "612e62"), ("x_1-$", "785f312d24")])
    func path(_ name: String, _ hex: String) throws {
        let path = SudoGrant(user: try user(name), asksPassword: true).path
        #expect(path == "/etc/sudoers.d/vmaccess-agent-\(hex)")
        // sudoers(5): files whose names hold a dot or end in a tilde are passed over.
        #expect(!path.dropFirst("/etc/sudoers.d/".count).contains(".") && !path.hasSuffix("~"))
    }

    @Test(
        "is one rule for this user, the name quoted so that it is no alias, group or wildcard",
        arguments: [
            ("bob", true, "\"bob\" ALL=(ALL:ALL) ALL"), ("bob", false, "\"bob\" ALL=(ALL:ALL) NOPASSWD: ALL"),
            ("BOB", false, "\"BOB\" ALL=(ALL:ALL) NOPASSWD: ALL"), ("ww.w-1$", true, "\"ww.w-1$\" ALL=(ALL:ALL) ALL"),
        ])
    func contents(_ name: String, _ asksPassword: Bool, _ rule: String) throws {
        let lines = String(decoding: SudoGrant(user: try user(name), asksPassword: asksPassword).contents, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        // A comment, the rule, and a line feed at the end, without which sudo warns.
        #expect(lines.count == 3 && lines[0].hasPrefix("# ") && lines[2].isEmpty)
        #expect(lines[1] == rule)
    }
}
