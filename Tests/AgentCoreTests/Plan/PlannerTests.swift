import AgentCore
import Testing

/// Settings in, steps out. The rules are the design's ("What may be cleared, and when") and the contract's ("the reference's
/// behaviour, where it is right").
@Suite("a plan") struct PlannerTests {
    private static let grant = "file /etc/sudoers.d/vmaccess-agent-626f62 440 visudo: \"bob\" ALL=(ALL:ALL) "
    private static let create = "useradd --create-home --shell /bin/bash"
    private static let uncreate = " -- bob <- userdel --remove --force -- bob"

    /// Nobody is called bob yet.
    private static var empty: GuestTable {
        var guest = GuestTable()
        guest.account = .absent(groupExists: false)
        guest.sudo = .known(.none)
        return guest
    }

    /// bob is there with all that these settings could ask for.
    private static var settled: GuestTable {
        var guest = GuestTable()
        guest.passwordMatches = .known(true)
        guest.keys[".ssh/authorized_keys"] = .bytes(Array("\(someKey)\n".utf8))
        return guest
    }

    @Test(
        "makes a new user with what was sent, each step after what it rests on",
        arguments: [
            (
                #"{"username":"bob","ssh_key":"KEY"}"#,
                [create + uncreate, "keys bob .ssh/authorized_keys +1", grant + "NOPASSWD: ALL"]
            ),
            (#"{"username":"bob","password":"P"}"#, [create + uncreate, "password bob", grant + "ALL"]),
            (
                #"{"username":"bob","password":"P","ssh_key":"KEY"}"#,
                [create + uncreate, "password bob", "keys bob .ssh/authorized_keys +1", grant + "ALL"]
            ),
            (
                #"{"username":"bob","password":"P","enable_passwordless_access":true}"#,
                [create + uncreate, "password bob", grant + "NOPASSWD: ALL"]
            ),
            (
                #"{"username":"bob","password":"P","expiration":"2030-01-01"}"#,
                [create + " --expiredate 2030-01-01" + uncreate, "password bob", grant + "ALL"]
            ),
            (
                #"{"username":"bob","ssh_key":"KEY","remove_prior_keys":true}"#,
                [create + uncreate, "keys bob .ssh/authorized_keys =1", grant + "NOPASSWD: ALL"]
            ),
        ])
    func newUser(_ settings: String, _ steps: [String]) throws {
        let plan = try Self.empty.plan(settings)
        #expect(plan.steps.map(\.outline) == steps)
        #expect(plan.blocked.isEmpty && plan.unknown.isEmpty)
    }

    @Test("gives a new user the group of that name where there is one, and the shell of useradd's defaults")
    func accountDefaults() throws {
        var guest = Self.empty
        guest.account = .absent(groupExists: true)
        #expect(
            try guest.plan(#"{"username":"bob","password":"P"}"#).steps.first?.outline
                == "useradd --create-home --shell /bin/bash --gid bob" + Self.uncreate)
        guest = Self.empty
        guest.defaults.shell = ForeignText("/usr/bin/zsh")
        guest.files.insert("/usr/bin/zsh")
        #expect(
            try guest.plan(#"{"username":"bob","password":"P"}"#).steps.first?.outline
                == "useradd --create-home --shell /usr/bin/zsh" + Self.uncreate)
        guest = Self.empty
        guest.files = ["/bin/sh"]
        #expect(
            try guest.plan(#"{"username":"bob","password":"P"}"#).steps.first?.outline
                == "useradd --create-home --shell /bin/sh" + Self.uncreate)
    }

    @Test(
        "does nothing a second time",
        arguments: [
            #"{"username":"bob","ssh_key":"KEY"}"#, #"{"username":"bob","password":"P"}"#, #"{"username":"bob"}"#,
            #"{"username":"bob","password":"P","ssh_key":"KEY","remove_prior_keys":true}"#,
        ])
    func again(_ settings: String) throws {
        let plan = try Self.settled.plan(settings)
        #expect(plan.steps.map(\.outline) == [])
        #expect(plan.lines == ["nothing to do: the guest is as the settings ask"])
    }

    @Test("does nothing a second time, with an end and with passwordless sudo")
    func againWithMore() throws {
        var guest = Self.settled
        // 2030-01-01 is day 21915: 60 years of 365 days and 15 leap days after 1970-01-01.
        guest.account = .local(GuestTable.bob(expires: 60 * 365 + 15))
        guest.sudo = .known(.everythingWithoutPassword)
        let settings = #"{"username":"bob","password":"P","expiration":"2030-01-01","enable_passwordless_access":true}"#
        #expect(try guest.plan(settings).steps.map(\.outline) == [])
    }

    @Test("changes of an existing user only what is not as asked")
    func existing() throws {
        var guest = Self.settled
        guest.passwordMatches = .known(false)
        #expect(try guest.plan(#"{"username":"bob","password":"P","ssh_key":"KEY"}"#).steps.map(\.outline) == ["password bob"])
        guest = Self.settled
        guest.keys = [:]
        #expect(
            try guest.plan(#"{"username":"bob","password":"P","ssh_key":"KEY"}"#).steps.map(\.outline)
                == ["keys bob .ssh/authorized_keys +1"])
        guest = Self.settled
        guest.sudo = .known(.none)
        #expect(try guest.plan(#"{"username":"bob","password":"P"}"#).steps.map(\.outline) == [Self.grant + "ALL"])
    }

    @Test("asks the guest nothing that the request is not about")
    func frugal() throws {
        // The table fails a question that it has no answer for: no password to compare, no keys to judge.
        var guest = GuestTable()
        guest.passwordMatches = nil
        guest.requestKeys = nil
        #expect(try guest.plan(#"{"username":"bob"}"#).steps.map(\.outline) == [])
        let wanted = try request(#"{"username":"bob"}"#)
        let asked = try guest.settle { try Planner.plan(wanted, $0) }.asked
        // Who else could become root matters where somebody is removed.
        #expect(!asked.contains(.otherAdministrator(try user("bob"))))
    }

    @Test(
        "is refused for a system account",
        arguments: [0, 1, 33, 999, 65534, 4_294_967_294, 4_294_967_295] as [UInt32])
    func systemUser(_ uid: UInt32) throws {
        var guest = Self.settled
        guest.account = .local(GuestTable.bob(uid: uid))
        #expect(
            try guest.refusal(#"{"username":"bob","password":"P"}"#)
                == Refusal(
                    reason: "system-user",
                    message: "the user bob has the uid \(uid) and is a system account: this agent changes only people's accounts "
                        + "(uid 1000 and up); name another user"))
    }

    @Test("takes the first uid of people from login.defs")
    func uidMinimum() throws {
        var guest = Self.settled
        guest.account = .local(GuestTable.bob(uid: 700))
        guest.defaults.uidMinimum = 500
        #expect(try guest.plan(#"{"username":"bob","password":"P"}"#).steps.isEmpty)
        guest.account = .local(GuestTable.bob(uid: 499))
        #expect(try guest.refusal(#"{"username":"bob","password":"P"}"#).message.contains("(uid 500 and up)"))
    }

    @Test("is refused for an account that a directory keeps")
    func foreign() throws {
        var guest = Self.settled
        guest.account = .foreign
        #expect(
            try guest.refusal(#"{"username":"bob","password":"P"}"#)
                == Refusal(
                    reason: "foreign-account",
                    message: "the user bob is not in /etc/passwd but comes from a directory service: "
                        + "change it there, or name a local user"))
    }

    @Test("is refused for a new user who could not log in")
    func noCredential() throws {
        let refusal = try Self.empty.refusal(#"{"username":"bob"}"#)
        #expect(refusal.reason == "missing-credential")
        #expect(refusal.message.contains("send \"ssh_key\" or \"password\" with it"))
    }

    @Test("is refused for an end that is not in the future", arguments: ["2024-10-03", "2024-10-04", "1999-12-31"])
    func pastEnd(_ date: String) throws {
        for guest in [Self.empty, Self.settled] {
            let refusal = try guest.refusal("{\"username\":\"bob\",\"password\":\"P\",\"expiration\":\"\(date)\"}")
            #expect(refusal.reason == "bad-expiration")
            #expect(refusal.message.hasPrefix("\"expiration\" is \(date), which is not in the future"))
        }
    }

    @Test("is refused where the installed ssh-keygen does not know the key")
    func unknownKey() throws {
        var guest = Self.settled
        guest.requestKeys = .refused(Refusal(reason: "bad-key", message: "not known here"))
        #expect(try guest.refusal(#"{"username":"bob","ssh_key":"KEY"}"#) == Refusal(reason: "bad-key", message: "not known here"))
    }

    @Test("names what stands in the way and is not the request's to clear, and does the rest")
    func blocked() throws {
        var guest = Self.empty
        guest.service = ServiceAnswer(state: .stopped("inactive"), unit: "ssh.service")
        let plan = try guest.plan(#"{"username":"bob","password":"P"}"#)
        #expect(plan.steps.count == 3)
        #expect(plan.blocked.map(\.explanation) == ["ssh.service is inactive"])
        #expect(plan.lines.last == "in the way, and not covered by these settings: ssh.service is inactive; send \"reset_ssh\": true")
    }

    @Test("says of what it could not judge that it is not known, and why")
    func unknown() throws {
        var guest = Self.settled
        guest.service = ServiceAnswer(state: .unknown("cannot reach systemd"), unit: nil)
        guest.sudo = .unknown("sudo cannot tell")
        let plan = try guest.plan(#"{"username":"bob","password":"P"}"#)
        #expect(plan.steps.isEmpty && plan.blocked.isEmpty)
        #expect(plan.unknown.map(\.id) == ["service-not-serving", "sudo-not-granted"])
        #expect(plan.unknown.map(\.why) == ["cannot reach systemd", "sudo cannot tell"])
        #expect(plan.lines.contains("not known: sudo-not-granted: sudo cannot tell"))
    }

    @Test("prints as a numbered dry run without a secret")
    func dryRun() throws {
        let lines = try Self.empty.plan(#"{"username":"bob","password":"hunter2","ssh_key":"KEY"}"#).lines
        #expect(
            lines == [
                "1. create the account bob", "2. set the password of bob", "3. add a key to ~/.ssh/authorized_keys",
                "4. grant sudo to bob",
            ])
    }
}
