import AgentCore
import AgentSystem
import Testing

@Suite("the account files of a tree") struct AccountFilesTests {
    private static let passwd = """
        root:x:0:0:root:/root:/bin/bash
        bob:x:1000:1000:Bob:/home/bob:/bin/bash
        bobby:x:1001:1001::/home/bobby:/bin/sh
        twin:x:1000:1000::/home/twin:/bin/sh
        bare:x:1002:1002::/home/bare:/bin/sh

        """
    private static let shadow = "root:*:19000::::::\nbobby:!:19001::::::\nbob:$1$etNnh7FA$OlM7eljE/B7F1J4XYNnk81:19002:0:99999:7::20100:\n"
    private static let group = "root:x:0:\nsudo:x:27:bobby,bob\nbob:x:1000:\nusers:x:100:bobby\nalone:x:1005:\n"

    private static func with(_ files: [String: String]? = nil, _ body: (Tree, AccountFiles) throws -> Void) throws {
        try Tree.with { tree in
            try tree.folder("/etc")
            try tree.folder("/etc/default")
            for (name, text) in files ?? ["passwd": passwd, "shadow": shadow, "group": group] { try tree.file("/etc/\(name)", text) }
            try body(tree, try Guest.at(tree).accounts)
        }
    }

    private static func account(_ files: AccountFiles, _ name: String) throws -> Account {
        guard case .local(let account) = files.answer(for: try #require(UserName(name))) else {
            throw Fault("find \(name)", cause: "it is not local")
        }
        return account
    }

    @Test("tell of an account what passwd, shadow and group say of it")
    func local() throws {
        try Self.with { _, files in
            let bob = try Self.account(files, "bob")
            #expect(bob.entry.uid == 1000 && bob.entry.home == ForeignText("/home/bob") && bob.entry.shell == ForeignText("/bin/bash"))
            #expect(bob.shadow?.password == .set && bob.shadow?.lastChange == 19002 && bob.shadow?.expires == 20100)
            #expect(bob.groups == [ForeignText("sudo")] && bob.namesakes == 1)
            let bobby = try Self.account(files, "bobby")
            #expect(bobby.entry.uid == 1001 && bobby.shadow?.lastChange == 19001)
            #expect(bobby.groups == [ForeignText("sudo"), ForeignText("users")] && bobby.namesakes == 0)
            #expect(try Self.account(files, "bare").shadow == nil)
        }
    }

    @Test(
        "say of nobody whether there is a group of the name; another tree's name service is not asked",
        arguments: [("alone", true), ("bo", false), ("nobody-here", false)])
    func absent(_ name: String, _ groupExists: Bool) throws {
        try Self.with { _, files in
            guard case .absent(let exists) = files.answer(for: try #require(UserName(name))) else {
                Issue.record("\(name) is there")
                return
            }
            #expect(exists == groupExists)
        }
    }

    @Test("that cannot be read say so, and not that nobody is there")
    func unreadable() throws {
        try Self.with([:]) { tree, files in
            let bob = try #require(UserName("bob"))
            guard case .unreadable(let why) = files.answer(for: bob) else {
                Issue.record("readable")
                return
            }
            #expect(why == "cannot read /etc/passwd: it is not there")
            try tree.folder("/etc/passwd")
            guard case .unreadable(let other) = files.answer(for: bob) else {
                Issue.record("readable")
                return
            }
            #expect(other == "cannot read /etc/passwd: it is a directory, not a regular file")
        }
    }

    @Test("tell a step, which comes after the account was made, that it is missing")
    func required() throws {
        try Self.with { _, files in
            #expect(try files.account(try #require(UserName("bob"))).entry.uid == 1000)
            let alice = try #require(UserName("alice"))
            #expect(fault { _ = try files.account(alice) }.message == "cannot look up alice: it is not in /etc/passwd")
        }
    }

    @Test("give the rights of an account: its uid, its group and those it is a member of")
    func identity() throws {
        try Self.with { _, files in
            let bobby = try files.identity(of: try Self.account(files, "bobby"))
            #expect(bobby.uid == 1001 && bobby.gid == 1001 && bobby.groups == [1001, 27, 100])
            let bare = try files.identity(of: try Self.account(files, "bare"))
            #expect(bare.groups == [1002])
        }
    }

    @Test("give what new accounts are made like")
    func defaults() throws {
        try Self.with(["passwd": "", "login.defs": "UID_MIN 500\n", "default/useradd": "SHELL=/bin/zsh\n"]) { _, files in
            #expect(files.defaults().uidMinimum == 500 && files.defaults().shell == ForeignText("/bin/zsh"))
        }
        try Self.with([:]) { _, files in #expect(files.defaults() == AccountDefaults()) }
    }
}
