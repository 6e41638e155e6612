import AgentCore
import Testing

@Suite("the site's configuration") struct ConfigurationTests {
    @Test("is read", arguments: ["RequireSigned=yes", "# x\n\n \tRequireSigned =  true\r\n", "RequireSealed=no\nRequireSigned=1"])
    func read(_ text: String) throws {
        let configuration = try Configuration(Array(text.utf8))
        #expect(configuration.requiresSigned)
        #expect(!configuration.requiresSealed)
    }

    @Test("demands nothing and forbids nothing where it is empty; only a disk's settings must be asked for") func empty() throws {
        let site = try Configuration([])
        #expect(site == Configuration())
        #expect(!site.requiresSealed && !site.requiresSigned)
        for way in WayIn.allCases { #expect(site.accepts(way) == (way != .disk)) }
        try judge(site, #"{"username":"bob","password":"P","reset_ssh":true}"#)
    }

    @Test(
        "stops all where it cannot be understood",
        arguments: [
            "RequireSigned", "requiresigned=yes", "RequireSigned=maybe", "RequireSigned=", "=yes", "x\u{0}=1", "AcceptDrop=no",
        ])
    func wrong(_ text: String) {
        expectRefusal("/etc/vmaccess-agent.conf, line 2, ", of: "\n" + text)
    }

    @Test("must not say a thing twice") func twice() {
        expectRefusal("line 3, sets AcceptDrops a second time", of: "AcceptDrops=no\n\nAcceptDrops=yes")
    }

    @Test(
        "opens and closes each way in by itself",
        arguments: [
            (WayIn.drops, "AcceptDrops", "takes no dropped settings (AcceptDrops=no)"),
            (.credential, "AcceptCredential", "takes no settings from a credential of systemd's (AcceptCredential=no)"),
            (.disk, "AcceptDisk", "takes no settings from a disk (AcceptDisk=yes would)"),
            (.handler, "AcceptHandler", "takes no settings from the Azure agent (AcceptHandler=no)"),
        ])
    func waysIn(_ way: WayIn, _ key: String, _ words: String) throws {
        let open = try Configuration(Array("\(key)=yes".utf8))
        try open.admit(way)
        let closed = try Configuration(Array("\(key)=no".utf8))
        do throws(Refusal) {
            try closed.admit(way)
            Issue.record("admitted")
        } catch {
            #expect(error == Refusal(reason: "way-closed", message: "this machine (by /etc/vmaccess-agent.conf) \(words)"))
        }
        for other in WayIn.allCases where other != way { #expect(closed.accepts(other) == Configuration().accepts(other)) }
    }

    @Test("forbids resets", arguments: ["reset_ssh", "restore_backup_ssh"])
    func resets(_ setting: String) throws {
        let site = try Configuration(Array("AllowReset=no".utf8))
        #expect(
            refusal(site, #"{"username":"bob","password":"P","\#(setting)":true}"#)
                == Refusal(
                    reason: "reset-forbidden",
                    message: "this machine (by /etc/vmaccess-agent.conf) lets no settings reset SSH (AllowReset=no): "
                        + "send them without \"\(setting)\""))
        try judge(site, #"{"username":"bob","password":"P"}"#)
        try judge(site, #"{"remove_user":"bob"}"#)
    }

    @Test("forbids new users") func newUsers() throws {
        let site = try Configuration(Array("AllowNewUsers=no".utf8))
        #expect(
            refusal(site, #"{"username":"bob","password":"P"}"#, account: .absent(groupExists: false))
                == Refusal(
                    reason: "new-user-forbidden",
                    message: "this machine (by /etc/vmaccess-agent.conf) lets no settings create a user (AllowNewUsers=no), "
                        + "and there is no account bob: name one that there is"))
        try judge(site, #"{"username":"bob","password":"P"}"#)
        // Nobody is created by a reset that only names a user, nor by a removal.
        try judge(site, #"{"username":"bob","reset_ssh":true}"#, account: .absent(groupExists: false))
        try judge(site, #"{"remove_user":"bob"}"#, account: .absent(groupExists: false))
    }

    // MARK: support

    private func expectRefusal(_ words: String, of text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        do throws(Refusal) {
            _ = try Configuration(Array(text.utf8))
            Issue.record("read", sourceLocation: sourceLocation)
        } catch {
            #expect(error.reason == "bad-configuration" && error.message.contains(words), sourceLocation: sourceLocation)
        }
    }

    private func judge(_ site: Configuration, _ settings: String, account: AccountAnswer = .local(GuestTable.bob())) throws {
        var guest = GuestTable()
        guest.account = account
        let asked = try request(settings)
        _ = try guest.settle { try site.judge(asked, $0) }
    }

    private func refusal(_ site: Configuration, _ settings: String, account: AccountAnswer = .local(GuestTable.bob())) -> Refusal? {
        do {
            try judge(site, settings, account: account)
            return nil
        } catch {
            return error as? Refusal
        }
    }
}
