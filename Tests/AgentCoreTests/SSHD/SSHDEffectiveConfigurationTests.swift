import Testing

@testable import AgentCore

@Suite("SSHD: the effective configuration") struct EffectiveConfigurationTests {
    /// Lines of `sshd -T` (OpenSSH 9.2p1), to a file with two ports, two addresses, lists and quoted values.
    private static let output = """
        port 22
        port 23
        addressfamily any
        listenaddress [::1]:2022
        listenaddress 127.0.0.1:22
        listenaddress 127.0.0.1:23
        usepam yes
        logingracetime 120
        maxauthtries 6
        maxsessions 10
        permitrootlogin without-password
        pubkeyauthentication yes
        passwordauthentication no
        kbdinteractiveauthentication no
        permittty yes
        strictmodes yes
        permitemptypasswords no
        usedns no
        banner none
        forcecommand echo "a  b" # x
        chrootdirectory /x
        authorizedkeyscommand /bin/x %u "a b" # c
        authorizedkeyscommanduser nobody
        hostkeyalgorithms ssh-ed25519,rsa-sha2-512
        pubkeyacceptedalgorithms ssh-ed25519-cert-v01@openssh.com,ssh-ed25519
        authorizedkeysfile .ssh/authorized_keys /etc/k/%u none
        hostkey /etc/ssh/ssh_host_rsa_key
        hostkey /etc/ssh/ssh_host_ed25519_key
        allowusers bob@10.0.0.0/8,!10.1.2.3
        allowusers al ice
        denygroups x
        acceptenv LANG
        acceptenv LC_*
        authenticationmethods publickey,password publickey,keyboard-interactive:pam
        maxstartups 10:30:60
        persourcemaxstartups none

        """

    private func config(_ output: String = output) throws -> EffectiveConfiguration {
        try EffectiveConfiguration(output: Array(output.utf8))
    }

    @Test func `where it listens`() throws {
        let config = try config()
        #expect(config.ports == [22, 23])
        #expect(config.listenAddresses.map(\.port) == [2022, 22, 23])
        #expect(sshdTexts(config.listenAddresses.map(\.host)) == ["::1", "127.0.0.1", "127.0.0.1"])
        #expect(sshdTexts(config.hostKeys) == ["/etc/ssh/ssh_host_rsa_key", "/etc/ssh/ssh_host_ed25519_key"])
    }

    /// `format_listen_addrs`: a routing domain stands behind the port, and a zone inside the brackets.
    @Test func `an address with a routing domain and one with a zone`() throws {
        let config = try config("port 22\nlistenaddress [fe80::1%eth0]:22\nlistenaddress 0.0.0.0:22 rdomain red\n")
        #expect(sshdTexts(config.listenAddresses.map(\.host)) == ["fe80::1%eth0", "0.0.0.0"])
        #expect(config.listenAddresses.map(\.routingDomain) == [nil, ForeignText("red")])
    }

    @Test func `methods and keys`() throws {
        let config = try config()
        #expect(config.passwordAuthentication == false)
        #expect(config.kbdInteractiveAuthentication == false)
        #expect(config.pubkeyAuthentication == true)
        #expect(config.permitRootLogin == .keysOnly)
        #expect(
            config.authenticationMethods.map(sshdTexts) == [["publickey", "password"], ["publickey", "keyboard-interactive:pam"]])
        #expect(sshdTexts(config.authorizedKeysFiles) == [".ssh/authorized_keys", "/etc/k/%u", "none"])
        #expect(config.authorizedKeysCommand == ForeignText("/bin/x %u \"a b\" # c"))
        #expect(config.authorizedKeysCommandUser == ForeignText("nobody"))
        #expect(sshdTexts(config.pubkeyAcceptedAlgorithms) == ["ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519"])
        #expect(sshdTexts(config.hostKeyAlgorithms) == ["ssh-ed25519", "rsa-sha2-512"])
    }

    @Test func `limits and the session`() throws {
        let config = try config()
        #expect(config.loginGraceTime == 120)
        #expect(config.maxAuthTries == 6)
        #expect(config.maxSessions == 10)
        #expect(config.maxStartups == .init(begin: 10, rate: 30, full: 60))
        #expect(config.forceCommand == ForeignText("echo \"a  b\" # x"))
        #expect(config.chrootDirectory == ForeignText("/x"))
        #expect(config.setting("banner") == nil)
        #expect(config.usePAM == true)
        #expect(config.strictModes == true)
        #expect(config.permitTTY == true)
        #expect(config.permitEmptyPasswords == false)
        #expect(sshdTexts(config.all("AcceptEnv")) == ["LANG", "LC_*"])
    }

    @Test func `the lists judge a user as the file's do`() throws {
        let access = try config().access
        #expect(sshdTexts(access.allowUsers.map(\.pattern)) == ["bob@10.0.0.0/8,!10.1.2.3", "al ice"])
        #expect(sshdTexts(access.denyGroups.map(\.pattern)) == ["x"])
        #expect(access.verdict(for: .alice) == .refused(.notAmongAllowedUsers(access.allowUsers)))
    }

    @Test func `any single method, and names of older versions`() throws {
        let config = try config("port 22\nauthenticationmethods any\nchallengeresponseauthentication yes\npubkeyacceptedkeytypes a,b\n")
        #expect(config.authenticationMethods.isEmpty)
        #expect(config.kbdInteractiveAuthentication == true)
        #expect(config.pubkeyAcceptedAlgorithms.count == 2)
    }

    @Test func `what this sshd does not have is nil, not no`() throws {
        let config = try config("port 22\n")
        #expect(config.refuseConnection == nil)
        #expect(config.passwordAuthentication == nil)
        #expect(config.permitRootLogin == nil)
        #expect(config.maxStartups == nil)
    }

    @Test(arguments: ["", "\n", "sshd: no hostkeys available -- exiting.\r\n", "/etc/ssh/sshd_config line 1: bad\n", "\0\0"])
    func `other output is no configuration`(_ output: String) {
        #expect(throws: EffectiveConfiguration.NotAConfiguration()) { try config(output) }
    }
}
