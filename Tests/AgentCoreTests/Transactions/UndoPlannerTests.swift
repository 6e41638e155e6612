import Testing

@testable import AgentCore

@Suite("a plan to undo a finished transaction") struct UndoPlannerTests {
    private static let bob = UserName("bob")!
    private static let grant = "/etc/sudoers.d/vmaccess-agent-626f62"

    private static func file(_ path: String, before: String?, after: String?, now: String?, isChanged: Bool = false) -> UndoQuestion {
        let undo = Undo.file(path: path, saved: before.map { _ in "1.before" }, mode: 0o440, uid: 0, gid: 0)
        func bytes(_ text: String?) -> [UInt8]? { text.map { Array($0.utf8) } }
        return UndoQuestion(undo, "change \(path)", isChanged: isChanged, before: bytes(before), after: bytes(after), now: bytes(now))
    }

    private static func tool(_ words: String, _ summary: String, isChanged: Bool = false, opensAccount: Bool = false) -> UndoQuestion {
        let parts = words.split(separator: " ").map(String.init)
        let call = ToolCall(Tool(rawValue: parts[0])!, Array(parts.dropFirst()))
        return UndoQuestion(.tool(call), summary, isChanged: isChanged, opensAccount: opensAccount)
    }

    private static func options(force: Bool = false, access: Bool = false) -> UndoOptions {
        var options = UndoOptions()
        options.isForced = force
        options.restoresAccess = access
        return options
    }

    private static func plan(
        _ questions: [UndoQuestion], isSame: Bool? = true, use: String? = nil, _ options: UndoOptions = options()
    ) -> UndoPlan {
        UndoPlanner.plan(questions, for: bob, isSameAccount: isSame, accountUse: use, options)
    }

    @Test("takes back the last change first") func order() {
        let plan = Self.plan([
            Self.tool("usermod --expiredate 2020-01-01 -- bob", "one"), Self.tool("usermod --shell /bin/sh -- bob", "two"),
        ])
        #expect(plan.items.map(\.summary) == ["two", "one"])
        #expect(plan.lines == ["1. take back: two", "2. take back: one"])
    }

    @Test("names what has changed since, and overwrites it only when forced") func changed() {
        let questions = [
            Self.file("/etc/x", before: nil, after: "a", now: "b", isChanged: true),
            Self.tool("usermod --shell /bin/sh -- bob", "give bob the shell /bin/bash", isChanged: true),
        ]
        let plan = Self.plan(questions)
        #expect(plan.changed == ["what this is about: give bob the shell /bin/bash", "/etc/x"] && plan.items.isEmpty)
        #expect(Self.plan(questions, Self.options(force: true)).items.count == 2)
    }

    @Test("passes over what is as it was before already") func already() {
        let plan = Self.plan([Self.file(Self.grant, before: nil, after: nil, now: nil, isChanged: true)])
        #expect(plan.isEmpty && plan.changed.isEmpty)
    }

    @Test("takes a grant back, and gives one that was taken away only when asked, to the same account") func grants() {
        let rule = "bob ALL=(ALL) NOPASSWD: ALL\n"
        #expect(Self.plan([Self.file(Self.grant, before: nil, after: rule, now: rule)]).items.count == 1)
        let removal = [Self.file("/etc/sudoers.d/site", before: rule + "al ALL=ALL\n", after: "al ALL=ALL\n", now: "al ALL=ALL\n")]
        let plan = Self.plan(removal)
        #expect(plan.isEmpty && plan.withheld == ["in /etc/sudoers.d/site: bob ALL=(ALL) NOPASSWD: ALL"])
        #expect(Self.plan(removal, Self.options(access: true)).restored == plan.withheld)
        for isSame in [false, nil] {
            let other = Self.plan(removal, isSame: isSame, Self.options(force: true, access: true))
            #expect(other.isEmpty && other.withheld.isEmpty && other.left.count == 1, "\(other.left)")
        }
        // A rule in place of another takes nothing away.
        let less = "bob ALL=(ALL) ALL\n"
        #expect(Self.plan([Self.file(Self.grant, before: less, after: rule, now: rule)]).items.count == 1)
    }

    @Test("gives no file back that was somebody's access") func files() {
        for path in ["/etc/ssh/keys/bob", "/var/spool/cron/crontabs/bob", ConfigurationPaths.own(Self.bob)] {
            let questions = [Self.file(path, before: "x", after: nil, now: nil)]
            #expect(Self.plan(questions).withheld == [path])
            #expect(Self.plan(questions, Self.options(access: true)).restored == [path])
        }
        #expect(Self.plan([Self.file("/etc/ssh/sshd_config", before: "x", after: nil, now: nil)]).items.count == 1)
    }

    @Test("gives no old password back, and leaves its day alone") func passwords() {
        let questions = [
            Self.tool("chage --lastday 5 -- bob", "set the password"),
            UndoQuestion(.password(Self.bob, saved: "1.secret"), "set the password"),
            Self.file("/etc/security/opasswd", before: nil, after: "y", now: "y"),
            UndoQuestion(
                .file(path: "/etc/security/opasswd", saved: "2.secret", mode: 0o600, uid: 0, gid: 0), "forget", now: Array("y".utf8)),
        ]
        let plan = Self.plan(questions, Self.options(force: true, access: true))
        #expect(plan.items.map(\.summary) == ["change /etc/security/opasswd"])
        #expect(plan.left.contains("the old password of bob is not kept; the one that was set stays"))
        // A day that was changed by itself comes back.
        #expect(Self.plan([Self.tool("chage --lastday 5 -- bob", "count as changed today")]).items.count == 1)
        // And so does a lock mark, for which no hash is needed.
        let mark = [
            Self.tool("chage --lastday 5 -- bob", "unlock"), UndoQuestion(.password(Self.bob, saved: "1.secret"), "unlock"),
            Self.tool("usermod --lock -- bob", "unlock"),
        ]
        #expect(Self.plan(mark).items.count == 1 && Self.plan(mark).left.isEmpty)
    }

    @Test("removes an account that was made, unless it is in use or another's by now") func accounts() {
        let questions = [
            Self.tool("userdel --remove --force -- bob", "create the account bob"),
            UndoQuestion(.password(Self.bob, saved: "1.secret"), "set the password"),
            Self.tool("usermod --shell /bin/sh -- bob", "shell", isChanged: true),
        ]
        let plan = Self.plan(questions)
        #expect(plan.removal == Self.bob && plan.items.isEmpty && plan.changed.isEmpty && plan.left.isEmpty)
        #expect(Self.plan(questions, use: "bob is logged in").changed == ["bob is logged in"])
        let gone = Self.plan(questions, isSame: nil)
        #expect(gone.isEmpty && gone.left.isEmpty)
        let other = Self.plan(questions, isSame: false)
        #expect(other.removal == nil && other.items.isEmpty && other.left.contains { $0.hasPrefix("the account bob is another") })
    }

    @Test("opens no account that was closed, unless asked") func closed() {
        let questions = [Self.tool("usermod --expiredate  -- bob", "close the account bob", opensAccount: true)]
        #expect(Self.plan(questions).withheld == ["the account itself, which was closed"])
        #expect(Self.plan(questions, Self.options(access: true)).items.count == 1)
    }

    @Test("puts nothing back that keeps sshd from serving") func service() {
        let undos: [ServiceUndo] = [
            .mask("ssh.service"), .disable("ssh.service"), .moved(path: ConfigurationPaths.notToBeRun, to: "/x"),
            .moved(path: "/etc/systemd/system/ssh.service.d/x.conf", to: "/y"),
        ]
        let plan = Self.plan(undos.map { UndoQuestion(.service($0), "s") }, Self.options(force: true, access: true))
        #expect(plan.isEmpty && plan.left.count == 4)
        let serving = Self.plan([UndoQuestion(.service(.serving(unit: "ssh.service", isActive: false)), "s")])
        #expect(serving.touchesService)
        #expect(serving.items.map(\.item) == [.takeBack(.service(.serving(unit: "ssh.service", isActive: true)))])
        let key = Self.plan([Self.file("/etc/ssh/ssh_host_rsa_key", before: nil, after: "k", now: "k")])
        #expect(key.isEmpty && key.left == ["/etc/ssh/ssh_host_rsa_key: sshd needs a host key"])
    }
}

@Suite("a file of keys whose change is taken back") struct AuthorizedKeysReversingTests {
    private static let one = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMg3YG24wOxKpB/TnJaojUmzodljZVfDSwPLATqqOg0T one"
    private static let two = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVyZ2VudGx5LW5vdC1hLXJlYWwta2V5LWF0LWFsbCEh two"

    private static func reversed(_ now: String?, _ before: String?, _ after: String?, _ access: Bool = false) -> (String?, Int, Bool) {
        func bytes(_ text: String?) -> [UInt8]? { text.map { Array($0.utf8) } }
        let result = AuthorizedKeys.reversing(bytes(now), before: bytes(before), after: bytes(after), restoringAccess: access)
        return (result.bytes.map { String(decoding: $0, as: UTF8.self) }, result.taken.count, result.leavesNone)
    }

    @Test(
        "loses what was added, keeps what others did, and regains what was taken only when asked",
        arguments: [
            // Added to a file without a final newline: byte for byte as before.
            ("\(one)\n\(two)\n", one, "\(one)\n\(two)\n", false, one, 0, false),
            ("\(two)\n", nil, "\(two)\n", false, nil, 0, false),
            ("\(one)\n\(two)\n# since\n", "\(one)\n", "\(one)\n\(two)\n", false, "\(one)\n# since\n", 0, false),
            // Replaced: the old one is access that was taken away.
            ("\(two)\n", "\(one)\n", "\(two)\n", false, "", 1, true),
            ("\(two)\n", "\(one)\n", "\(two)\n", true, "\(one)\n", 1, false),
            ("\(two)\n# since\n", "\(one)\n", "\(two)\n", true, "# since\n\(one)\n", 1, false),
            // Somebody put it back already.
            ("\(two)\n\(one)\n", "\(one)\n", "\(two)\n", false, "\(one)\n", 0, false),
            (nil, "\(one)\n", nil, true, "\(one)\n", 1, false), (nil, "\(one)\n", nil, false, "", 1, false),
        ] as [(String?, String?, String?, Bool, String?, Int, Bool)])
    func cases(_ now: String?, _ before: String?, _ after: String?, _ access: Bool, _ bytes: String?, _ taken: Int, _ none: Bool) {
        let result = Self.reversed(now, before, after, access)
        #expect(result.0 == bytes && result.1 == taken && result.2 == none, "\(result)")
    }

    @Test("tells a key by its type, its end and its comment") func shown() throws {
        #expect(try AuthorizedKeyLine(Self.one.utf8).shown == "ssh-ed25519 ...SwPLATqqOg0T one")
    }
}

@Suite("a transaction's name") struct TransactionHeaderTests {
    @Test("follows the last one's, whatever the clock says")
    func names() {
        #expect(TransactionHeader.id(after: nil, timestamp: "20260131T100000Z") == "00000001-20260131T100000Z")
        #expect(TransactionHeader.id(after: "00000009-20360131T100000Z", timestamp: "20260131T100000Z") == "00000010-20260131T100000Z")
    }

    @Test("is read back, and taken for none where something is missing")
    func document() throws {
        let header = TransactionHeader(id: "000001-x", time: "t", what: "username bob", user: UserName("bob"), undoes: "000000-y")
        func read(_ text: String) throws -> TransactionHeader? {
            try JSONReader.read(Secret(copying: Array(text.utf8))).root.object.flatMap { TransactionHeader($0) }
        }
        let text = String(decoding: header.document.compact(), as: UTF8.self)
        #expect(try read(text) == header)
        for part in [
            "\"version\":2,", "\"id\":\"000001-x\",", "\"what\":\"username bob\",", "\"user\":\"bob\",", ",\"undoes\":\"000000-y\"",
        ] {
            let pieces = text.split(separator: part, omittingEmptySubsequences: false)
            let without = try read(pieces.joined())
            #expect(pieces.count == 2 && without == nil, "\(part)")
        }
        #expect(try read(text.split(separator: "\"bob\"").joined(separator: "\"-x\"")) == nil)
    }
}
