import AgentCore
import Testing

/// Each obstacle of an account by itself: what the guest says, and what is made of it.
@Suite("an obstacle of an account") struct AccountObstacleTests {
    /// What `obstacle` finds for these settings: `clear`, `unknown: why`, `found: outline of its steps`, `refused: reason`.
    private static func verdict(_ obstacle: some Obstacle, _ guest: GuestTable, _ settings: String) throws -> String {
        let wanted = try request(settings.replacing("KEY", with: someKey))
        let asked = Case(wanted)
        switch try guest.settle({ try obstacle.judge($0, asked) }).result {
        case .clear: return "clear"
        case .unknown(let why): return "unknown: \(why)"
        case .refused(let refusal): return "refused: \(refusal.reason)"
        case .found(let finding):
            #expect(finding.id == obstacle.id)
            return "found: " + finding.steps.map(\.outline).joined(separator: "; ")
        }
    }

    private static func guest(_ change: (inout GuestTable) -> Void) -> GuestTable {
        var guest = GuestTable()
        change(&guest)
        return guest
    }

    @Test(
        "is a home that can be nobody's, where keys are asked for: the default place takes over",
        arguments: [
            ("/", "found: usermod --home /home/bob -- bob <- usermod --home / -- bob; make the home /home/bob"),
            ("", "found: usermod --home /home/bob -- bob <- usermod --home '' -- bob; make the home /home/bob"),
            ("/nonexistent", "found: usermod --home /home/bob -- bob <- usermod --home /nonexistent -- bob; make the home /home/bob"),
            ("home/bob", "found: "), ("/home/bob", "found: make the home /home/bob"),
        ])
    func unfitHome(_ home: String, _ verdict: String) throws {
        let entry = PasswdFile.entries(in: Array("bob:x:1000:1000::\(home):/bin/bash\n".utf8))[0]
        let guest = Self.guest {
            $0.account = .local(Account(entry: entry, shadow: ShadowEntry(password: .set, lastChange: 19000)))
            $0.home = HomeAnswer(state: .absent, owner: nil, isRootsPath: true)
        }
        #expect(try Self.verdict(HomeMissing(), guest, #"{"username":"bob","ssh_key":"KEY"}"#) == verdict)
        let byPassword = home == "/home/bob" ? verdict : "clear"
        #expect(try Self.verdict(HomeMissing(), guest, #"{"username":"bob","password":"P"}"#) == byPassword)
        let fits = ["home/bob", "/home/bob"].contains(home)
        #expect(try fits || Self.verdict(HomeNotOwn(), guest, #"{"username":"bob","ssh_key":"KEY"}"#) == "clear")
    }

    @Test("is a name service that does not show the account")
    func unseen() throws {
        let guest = Self.guest { $0.unseen = ["passwd", "shadow"] }
        let asked = Case(try request(#"{"username":"bob","password":"P"}"#))
        guard case .found(let finding) = try guest.settle({ try AccountUnseen().judge($0, asked) }).result else {
            Issue.record("clear")
            return
        }
        #expect(
            finding.sentence == "the name service does not show bob, who is in /etc/passwd and /etc/shadow, so that sshd and PAM know no "
                + "such user (/etc/nsswitch.conf)")
        #expect(finding.remedy == "have passwd and shadow ask files in /etc/nsswitch.conf")
        #expect(try Self.verdict(AccountUnseen(), GuestTable(), #"{"username":"bob","password":"P"}"#) == "clear")
    }

    // Days: 20000 is 2024-10-04, today; 19999 the day before; 20001 the day after; 21915 is 2030-01-01.
    @Test(
        "is its end where that has come, or is not the one that is asked for",
        arguments: [
            (nil, nil, "clear"),
            (20001, nil, "clear"),
            (20000, nil, "found: usermod --expiredate '' -- bob <- usermod --expiredate 2024-10-04 -- bob"),
            (19999, nil, "found: usermod --expiredate '' -- bob <- usermod --expiredate 2024-10-03 -- bob"),
            // 0 is an end in 1970 to pam_unix, whatever it was meant for.
            (0, nil, "found: usermod --expiredate '' -- bob <- usermod --expiredate 1970-01-01 -- bob"),
            (nil, "2030-01-01", "found: usermod --expiredate 2030-01-01 -- bob <- usermod --expiredate '' -- bob"),
            (21915, "2030-01-01", "clear"),
            (20001, "2030-01-01", "found: usermod --expiredate 2030-01-01 -- bob <- usermod --expiredate 2024-10-05 -- bob"),
            (19999, "2030-01-01", "found: usermod --expiredate 2030-01-01 -- bob <- usermod --expiredate 2024-10-03 -- bob"),
            (nil, "2024-10-05", "found: usermod --expiredate 2024-10-05 -- bob <- usermod --expiredate '' -- bob"),
            (nil, "2024-10-04", "refused: bad-expiration"),
        ] as [(Int?, String?, String)])
    func end(_ expires: Int?, _ wanted: String?, _ verdict: String) throws {
        let guest = Self.guest { $0.account = .local(GuestTable.bob(expires: expires)) }
        let expiration = wanted.map { ",\"expiration\":\"\($0)\"" } ?? ""
        #expect(try Self.verdict(AccountEnds(), guest, "{\"username\":\"bob\"\(expiration)}") == verdict)
    }

    @Test("is not its end where there is no account, and not known where it cannot be read")
    func endOfNobody() throws {
        let settings = #"{"username":"bob","expiration":"2030-01-01"}"#
        #expect(try Self.verdict(AccountEnds(), Self.guest { $0.account = .absent(groupExists: false) }, settings) == "clear")
        #expect(try Self.verdict(AccountEnds(), Self.guest { $0.account = .unreadable("it is torn") }, settings) == "unknown: it is torn")
        let noShadow = Account(entry: GuestTable.bob().entry, shadow: nil)
        #expect(try Self.verdict(AccountEnds(), Self.guest { $0.account = .local(noShadow) }, #"{"username":"bob"}"#) == "clear")
    }

    @Test("says of an end when it was, or that there is none")
    func endInWords() throws {
        for (expires, words) in [
            (19999, "the account bob ended on 2024-10-03"), (20005, "the account bob ends on 2024-10-09"),
            (nil, "the account bob ends never"),
        ] as [(Int?, String)] {
            let guest = Self.guest { $0.account = .local(GuestTable.bob(expires: expires)) }
            let wanted = try request(#"{"username":"bob","expiration":"2030-01-01"}"#)
            let asked = Case(wanted)
            guard case .found(let finding) = try guest.settle({ try AccountEnds().judge($0, asked) }).result else {
                Issue.record("clear with \(words)")
                continue
            }
            #expect(finding.explanation == words)
        }
    }

    @Test(
        "is a password that does not match",
        arguments: [
            (.set, .known(true), "clear"),
            (.set, .known(false), "found: password bob"),
            // What cannot be compared is set: to set the same once more harms nobody.
            (.set, .unknown("pam_unix is missing"), "found: password bob"),
            // A lock, an empty field or none is never as asked, whatever a comparison would say.
            (.locked, .known(true), "found: password bob"),
            (.none, .known(true), "found: password bob"),
            (.empty, .known(true), "found: password bob"),
        ] as [(ShadowEntry.Password, Known<Bool>, String)])
    func password(_ field: ShadowEntry.Password, _ matches: Known<Bool>, _ verdict: String) throws {
        let guest = Self.guest {
            $0.account = .local(GuestTable.bob(field))
            $0.passwordMatches = matches
        }
        #expect(try Self.verdict(PasswordNotSet(), guest, #"{"username":"bob","password":"P"}"#) == verdict)
        // Nobody's business without a password in the request.
        #expect(try Self.verdict(PasswordNotSet(), guest, #"{"username":"bob"}"#) == "clear")
    }

    @Test(
        "is a missing sudo grant, or one that asks for a password that there is not",
        arguments: [
            // (what sudo grants, the password field, with a password, passwordless asked, verdict)
            (.everythingWithPassword, .set, false, false, "clear"),
            (.everythingWithPassword, .locked, false, false, "NOPASSWD: ALL"),
            (.everythingWithPassword, .none, false, false, "NOPASSWD: ALL"),
            (.everythingWithPassword, .none, true, false, "clear"),
            (.everythingWithPassword, .set, false, true, "NOPASSWD: ALL"),
            (.everythingWithPassword, .set, true, true, "NOPASSWD: ALL"),
            // A grant that asks for nothing is never made one that asks.
            (.everythingWithoutPassword, .set, true, false, "clear"),
            (.everythingWithoutPassword, .none, false, true, "clear"),
            (.none, .set, false, false, "ALL"),
            (.none, .none, false, false, "NOPASSWD: ALL"),
            (.none, .none, true, false, "ALL"),
            (.none, .set, true, true, "NOPASSWD: ALL"),
        ] as [(SudoGrants, ShadowEntry.Password, Bool, Bool, String)])
    func sudo(_ grants: SudoGrants, _ field: ShadowEntry.Password, _ password: Bool, _ passwordless: Bool, _ verdict: String) throws {
        let guest = Self.guest {
            $0.account = .local(GuestTable.bob(field))
            $0.sudo = .known(grants)
        }
        let settings =
            "{\"username\":\"bob\"\(password ? ",\"password\":\"P\"" : ",\"ssh_key\":\"KEY\"")"
            + "\(passwordless ? ",\"enable_passwordless_access\":true" : "")}"
        let found = "found: file /etc/sudoers.d/vmaccess-agent-626f62 440 visudo: \"bob\" ALL=(ALL:ALL) \(verdict)"
        #expect(try Self.verdict(SudoNotGranted(), guest, settings) == (verdict == "clear" ? "clear" : found))
    }

    @Test("is no sudo at all, which no setting clears; and not known where sudo cannot tell")
    func noSudo() throws {
        let asked = Case(try request(#"{"username":"bob","password":"P"}"#))
        let none = Self.guest { $0.sudo = .known(.noSudo) }
        guard case .found(let finding) = try none.settle({ try SudoNotGranted().judge($0, asked) }).result else {
            Issue.record("clear")
            return
        }
        #expect(finding.mandate == .nobody && finding.steps.isEmpty)
        #expect(finding.explanation == "sudo is not installed, so bob cannot become root")
        let broken = Self.guest { $0.sudo = .unknown("broken") }
        #expect(try Self.verdict(SudoNotGranted(), broken, #"{"username":"bob","password":"P"}"#) == "unknown: broken")
    }

    @Test(
        "is a key that is not where sshd looks",
        arguments: [
            // (AuthorizedKeysFile, files that are there, verdict)
            (".ssh/authorized_keys .ssh/authorized_keys2", [:], "found: keys bob .ssh/authorized_keys +1"),
            (".ssh/authorized_keys .ssh/authorized_keys2", [".ssh/authorized_keys": .bytes([])], "found: keys bob .ssh/authorized_keys +1"),
            (".ssh/authorized_keys .ssh/authorized_keys2", [".ssh/authorized_keys": .bytes(Array("\(someKey)\n".utf8))], "clear"),
            // Where one of the files is there, the others are not begun.
            (
                ".ssh/authorized_keys .ssh/authorized_keys2", [".ssh/authorized_keys2": .bytes([])],
                "found: keys bob .ssh/authorized_keys2 +1"
            ),
            // `%u` makes a file of the system's this user's own.
            ("/etc/ssh/keys/%u", [:], "found: keys bob /etc/ssh/keys/bob +1"),
            ("/etc/ssh/keys/%u", ["/etc/ssh/keys/bob": .bytes(Array("\(someKey)\n".utf8))], "clear"),
            ("/etc/ssh/keys/%U", [:], "found: keys bob /etc/ssh/keys/1000 +1"),
            (nil, [:], "found: keys bob .ssh/authorized_keys +1"),
            // Shared by all, or nowhere: never edited.
            ("/etc/ssh/keys", [:], "found: "),
            ("none", [:], "found: "),
            // What cannot be read now may be once the home is the user's again; that is tried.
            (
                ".ssh/authorized_keys", [".ssh/authorized_keys": .unreadable("it is a link, which is not followed")],
                "found: keys bob .ssh/authorized_keys +1"
            ),
        ] as [(String?, [String: KeysFileAnswer.Contents], String)])
    func keys(_ files: String?, _ contents: [String: KeysFileAnswer.Contents], _ verdict: String) throws {
        let guest = try Self.guest {
            $0.keysFiles = files
            $0.keys = contents
            $0.requestKeys = .accepted([try keyLine(someKey)])
        }
        #expect(try Self.verdict(KeysNotAuthorized(), guest, #"{"username":"bob","ssh_key":"KEY"}"#) == verdict)
    }

    @Test("is refused where the keys cannot be read, and nobody may mend the home they lie in")
    func unreadableKeys() throws {
        let guest = try Self.guest {
            $0.keys = [".ssh/authorized_keys": .unreadable("permission denied")]
            $0.requestKeys = .accepted([try keyLine(someKey)])
            $0.isRootsPath = false
        }
        #expect(try Self.verdict(KeysNotAuthorized(), guest, #"{"username":"bob","ssh_key":"KEY"}"#) == "refused: keys-file")
    }

    @Test("is a place that nobody's keys are written to; why, and that a reset clears it")
    func nowhere() throws {
        for (files, words) in [
            ("none", "sshd's AuthorizedKeysFile is none"),
            ("/etc/ssh/keys", "sshd looks for keys in /etc/ssh/keys, which is not this user's alone and is not edited"),
        ] {
            let guest = try Self.guest {
                $0.keysFiles = files
                $0.requestKeys = .accepted([try keyLine(someKey)])
            }
            let plan = try guest.plan(#"{"username":"bob","ssh_key":"KEY"}"#)
            #expect(plan.blocked.map(\.explanation) == [words])
            #expect(plan.blocked.map(\.mandate) == [.reset])
        }
    }

    private static func guest(_ change: (inout GuestTable) throws -> Void) throws -> GuestTable {
        var guest = GuestTable()
        try change(&guest)
        return guest
    }
}
