import AgentCore
import Testing

private func counted(_ failures: Int) -> CountedFailures {
    CountedFailures(faillock: [.init(path: "/run/faillock", count: failures)], tally: 0)
}

@Suite("A diagnosis") struct DiagnosisTests {
    /// A guest in which bob logs in by a key and has a password.
    private static func healthy(_ change: (inout GuestTable) -> Void = { _ in }) throws -> GuestTable {
        var guest = GuestTable()
        guest.keys = [".ssh/authorized_keys": .bytes(Array("\(someKey)\n".utf8))]
        change(&guest)
        return guest
    }

    /// A guest with something wrong, and what is to be told of it.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout GuestTable) -> Void
        let expected: [String]

        init(_ name: String, _ change: @escaping @Sendable (inout GuestTable) -> Void, _ expected: [String]) {
            (testDescription, self.change, self.expected) = (name, change, expected)
        }
    }

    /// "id weight" for each finding, "id unknown" for what could not be judged.
    private static func told(_ guest: GuestTable, _ user: UserName?) throws -> [String] {
        let diagnosis = try guest.settle { try Diagnosis($0, Case(diagnosing: user)) }.result
        return diagnosis.findings.map { "\($0.id) \($0.weight)" } + diagnosis.unknown.map { "\($0.id) unknown" }
    }

    @Test("of a guest with nothing wrong finds nothing, for a user and for all")
    func nothing() throws {
        #expect(try Self.told(Self.healthy(), user("bob")) == [])
        #expect(try Self.told(Self.healthy(), nil) == [])
    }

    @Test(
        "finds what refuses a login, and notes what may",
        arguments: [
            Row("no account", { $0.account = .absent(groupExists: false) }, ["account-missing blocks"]),
            Row("a directory's", { $0.account = .foreign }, ["account-missing note"]),
            Row("the account's end", { $0.account = .local(GuestTable.bob(expires: 1)) }, ["account-ends blocks"]),
            Row("an end that has not come", { $0.account = .local(GuestTable.bob(expires: 99999)) }, []),
            Row("a password lock beside a key", { $0.account = .local(GuestTable.bob(.locked)) }, ["sudo-not-granted note"]),
            Row(
                "a lock without PAM",
                {
                    $0.account = .local(GuestTable.bob(.locked))
                    $0.sshd["usepam"] = "no"
                    $0.sudo = .known(.everythingWithoutPassword)
                }, ["password-locked blocks"]
            ),
            Row("no key, but a password", { $0.keys = [:] }, ["keys-not-authorized note"]),
            Row(
                "no key and no password",
                {
                    $0.keys = [:]
                    $0.account = .local(GuestTable.bob(.none))
                    $0.sudo = .known(.everythingWithoutPassword)
                }, ["keys-not-authorized blocks"]
            ),
            Row(
                "a file without a key in it", { $0.keys = [".ssh/authorized_keys": .bytes(Array("# none\n".utf8))] },
                ["keys-not-authorized note"]
            ),
            Row("a key in the second file", { $0.keys = [".ssh/authorized_keys2": .bytes(Array(someKey.utf8))] }, []),
            Row("no sudo", { $0.sudo = .known(.none) }, ["sudo-not-granted note"]),
            Row("keys closed", { $0.sshd["pubkeyauthentication"] = "no" }, ["key-login-closed blocks"]),
            Row("passwords closed beside a key", { $0.sshd["passwordauthentication"] = "no" }, []),
            Row("two methods, and both there", { $0.sshd["authenticationmethods"] = "publickey,password" }, ["key-login-closed note"]),
            Row(
                "two methods, and no password",
                {
                    $0.sshd["authenticationmethods"] = "publickey,password"
                    $0.account = .local(GuestTable.bob(.none))
                    $0.sudo = .known(.everythingWithoutPassword)
                }, ["key-login-closed blocks"]
            ),
            Row("a list of others", { $0.sshd["allowusers"] = "somebody" }, ["user-not-admitted blocks"]),
            Row("a few failures", { $0.countedFailures = counted(2) }, ["failures-counted note"]),
            Row("too many failures", { $0.countedFailures = counted(3) }, ["failures-counted blocks"]),
            Row(
                "no home",
                {
                    $0.home = HomeAnswer(state: .absent, owner: nil, isRootsPath: true)
                    $0.keys = [:]
                }, ["home-missing blocks"]
            ),
            Row(
                "one host key of three that cannot be read",
                { $0.hostKeys[0] = HostKeyFact(path: HostKeyFact.paths[0], state: .broken("it is empty")) }, ["host-keys-unusable note"]
            ),
            Row(
                "no host key where they usually are, and one elsewhere that the configuration names",
                {
                    $0.hostKeys = HostKeyFact.paths.map { HostKeyFact(path: $0, state: .missing) }
                    $0.sshd["hostkey"] = "/etc/ssh/site_key"
                }, []),
            Row("/etc/nologin", { $0.files.insert("/etc/nologin") }, ["nologin blocks"]),
            Row(
                "a stopped service", { $0.service = ServiceAnswer(state: .stopped("inactive"), unit: "ssh.service") },
                ["service-not-serving blocks"]
            ),
        ])
    func finds(_ row: Row) throws {
        #expect(try Self.told(Self.healthy(row.change), user("bob")) == row.expected)
    }

    @Test("asks nothing of an account where only the service is asked about")
    func service() throws {
        let guest = try Self.healthy { $0.account = .absent(groupExists: false) }
        #expect(try Self.told(guest, nil) == [])
    }

    @Test("of what rests on sshd's answer says unknown where sshd gives none, and never fine")
    func unknown() throws {
        let told = try Self.told(Self.healthy { $0.keysFiles = nil }, user("bob"))
        for id in ["key-login-closed", "user-not-admitted", "password-login-closed", "keys-not-authorized"] {
            #expect(told.contains("\(id) unknown"))
        }
        #expect(!told.contains { !$0.hasSuffix("unknown") })
    }

    @Test("tells findings in the order in which a connection meets them")
    func order() throws {
        let guest = try Self.healthy {
            $0.sudo = .known(.none)
            $0.account = .local(GuestTable.bob(expires: 1))
            $0.service = ServiceAnswer(state: .stopped("failed"), unit: "ssh.service")
            $0.sshd["allowusers"] = "somebody"
        }
        let diagnosis = try guest.settle { try Diagnosis($0, Case(diagnosing: user("bob"))) }.result
        #expect(diagnosis.findings.map(\.layer) == diagnosis.findings.map(\.layer).sorted())
        #expect(diagnosis.findings.first?.id == "service-not-serving")
        #expect(diagnosis.findings.last?.id == "sudo-not-granted")
    }

    @Test("names what a person would type")
    func commands() throws {
        func command(_ id: String, _ change: (inout GuestTable) -> Void) throws -> String? {
            let diagnosis = try Self.healthy(change).settle { try Diagnosis($0, Case(diagnosing: user("bob"))) }.result
            return diagnosis.findings.first { $0.id == id }?.command
        }
        #expect(try command("account-ends") { $0.account = .local(GuestTable.bob(expires: 1)) } == "usermod --expiredate '' -- bob")
        #expect(try command("nologin") { $0.files.insert("/etc/nologin") } == "mv -- /etc/nologin /etc/nologin.aside")
        #expect(
            try command("service-not-serving") { $0.service = ServiceAnswer(state: .stopped("inactive"), unit: "ssh.service") }
                == "systemctl start ssh.service")
    }
}

@Suite("Evidence") struct EvidenceTests {
    @Test("of a file that not everybody may read shows the keyword alone")
    func closed() throws {
        func shown(_ mode: UInt32) throws -> String {
            var facts = Facts()
            facts.learn(.target("/etc/ssh/x"), .status(.present(FileStatus(kind: .file, mode: mode, uid: 0, gid: 0))))
            let words = ForeignText("AllowUsers secret")
            return try Evidence(line: 3, of: ForeignText("/etc/ssh/x"), words, keyword: ForeignText("AllowUsers"), facts).shown()
        }
        #expect(try shown(0o644) == "/etc/ssh/x:3: AllowUsers secret")
        #expect(try shown(0o600) == "/etc/ssh/x:3: AllowUsers")
    }

    @Test("is shown escaped and bounded")
    func escaped() {
        let words = [UInt8](repeating: 0x1b, count: 500)
        let shown = Evidence(ForeignText("a\nb"), ForeignText(words)).shown(limit: 40)
        #expect(shown == "a\\x0ab: " + String(repeating: "\\x1b", count: 10) + "...")
    }
}
