import AgentCore
import Glibc
import Synchronization
import Testing

@testable import AgentSystem

@Suite("a step that is carried out") struct ApplierTests {
    private static let folder = "/state/transactions/t"

    private static func with(
        _ processes: Processes = .none, _ body: (Tree, Guest, Applier, Transaction) throws -> Void
    ) throws {
        try Tree.with { tree in
            try tree.folder("/etc")
            try tree.file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\n", mode: 0o644)
            let guest = try Guest.at(tree, processes: processes)
            let header = TransactionHeader(id: "t", time: "2026-01-31T10:00:00Z", what: "a test")
            let transaction = try Transaction(beginning: header, in: guest.state, of: guest.root)
            try body(tree, guest, Applier(guest: guest, password: nil), transaction)
        }
    }

    private static func takeBack(_ applier: Applier, _ transaction: Transaction) -> [String] {
        applier.takeBack(transaction.undos, savedIn: transaction.folder)
    }

    @Test("has its undo on disk before the program runs")
    func order() throws {
        let seen = Mutex<[Undo]>([])
        let root = Mutex<Root?>(nil)
        let undo = ToolCall(.usermod, ["--expiredate", "", "--", "bob"])
        let script = Script([
            Script.Call(commandLine: "usermod --expiredate 2030-01-01 -- bob") { _ in
                let journal = root.withLock { $0 }.flatMap { try? TransactionJournal(reading: Self.folder, of: $0) }
                seen.withLock { $0 = journal?.undos ?? [] }
            }
        ])
        try Self.with(script.processes) { tree, guest, applier, transaction in
            root.withLock { $0 = guest.root }
            let call = ToolCall(.usermod, ["--expiredate", "2030-01-01", "--", "bob"])
            let notes = try applier.apply(Step(.account, "set the end", .tool(call, undo: undo)), in: transaction)
            #expect(notes == [])
            #expect(seen.withLock { $0 } == [.tool(undo)])
        }
        script.expectDone()
    }

    @Test("is a fault where its program fails, in the program's words")
    func toolFails() throws {
        let script = Script([
            Script.Call(commandLine: "useradd -- bob", end: .exited(9), errors: "useradd: user 'bob' already exists\n")
        ])
        try Self.with(script.processes) { _, _, applier, transaction in
            let failed = fault {
                _ = try applier.apply(Step(.account, "x", .tool(ToolCall(.useradd, ["--", "bob"]), undo: nil)), in: transaction)
            }
            #expect(failed.message == "cannot run useradd -- bob: useradd: user 'bob' already exists (it ended with code 9)")
            #expect(transaction.undos.isEmpty)
        }
        script.expectDone()
    }

    @Test("replaces a file, and puts it back as it was, with its mode")
    func file() throws {
        try Self.with { tree, _, applier, transaction in
            try tree.file("/etc/x", "old", mode: 0o604)
            let change = FileChange(path: "/etc/x", contents: Array("new".utf8), mode: 0o440, check: nil)
            _ = try applier.apply(Step(.sudo, "x", .file(change)), in: transaction)
            #expect(tree.text("/etc/x") == "new" && tree.mode("/etc/x") == 0o440)
            #expect(Self.takeBack(applier, transaction) == [])
            #expect(tree.text("/etc/x") == "old" && tree.mode("/etc/x") == 0o604)
            // Once more does no harm.
            #expect(Self.takeBack(applier, transaction) == [])
            #expect(tree.text("/etc/x") == "old")
        }
    }

    @Test("makes a file, and takes it away again, also where it was never made")
    func newFile() throws {
        try Self.with { tree, _, applier, transaction in
            let change = FileChange(path: "/etc/x", contents: Array("new".utf8), mode: 0o440, check: nil)
            _ = try applier.apply(Step(.sudo, "x", .file(change)), in: transaction)
            #expect(tree.text("/etc/x") == "new")
            for _ in 0..<2 {
                #expect(Self.takeBack(applier, transaction) == [])
                #expect(tree.names("/etc") == ["passwd"])
            }
        }
    }

    @Test("shows visudo the new file before it counts, and leaves the old one where visudo refuses it")
    func visudo() throws {
        let name = ".x.\(getpid()).new"
        let script = Script([
            // The whole before and after, and the file itself in between.
            Script.Call(commandLine: "visudo -c -q"),
            Script.Call(commandLine: "visudo -c -q -f /etc/\(name)"),
            Script.Call(commandLine: "visudo -c -q"),
            Script.Call(commandLine: "visudo -c -q"),
            Script.Call(commandLine: "visudo -c -q -f /etc/\(name)", end: .exited(1), errors: "/etc/x:1:5: syntax error\n"),
            Script.Call(commandLine: "visudo -c -q -f /etc/x"),
        ])
        try Self.with(script.processes) { tree, _, applier, transaction in
            func step(_ text: String) -> Step {
                Step(.sudo, "x", .file(FileChange(path: "/etc/x", contents: Array(text.utf8), mode: 0o440, check: .visudo)))
            }
            _ = try applier.apply(step("good"), in: transaction)
            #expect(tree.text("/etc/x") == "good")
            let failed = fault { _ = try applier.apply(step("bad"), in: transaction) }
            #expect(failed.cause == "visudo does not take it: /etc/x:1:5: syntax error (it ended with code 1)")
            #expect(tree.text("/etc/x") == "good" && tree.names("/etc") == ["passwd", "x"])
            #expect(Self.takeBack(applier, transaction) == [])
            #expect(tree.names("/etc") == ["passwd"])
        }
        script.expectDone()
    }

    @Test("is a fault where sudo's configuration as a whole breaks by it, and none where a neighbour had broken it")
    func wholeSudo() throws {
        let name = ".x.\(getpid()).new"
        let script = Script([
            Script.Call(commandLine: "visudo -c -q"), Script.Call(commandLine: "visudo -c -q -f /etc/\(name)"),
            Script.Call(commandLine: "visudo -c -q", end: .exited(1)),
            // And the same where it was broken before: it is judged by its own file alone.
            Script.Call(commandLine: "visudo -c -q", end: .exited(1)), Script.Call(commandLine: "visudo -c -q -f /etc/\(name)"),
        ])
        try Self.with(script.processes) { tree, _, applier, transaction in
            let step = Step(.sudo, "x", .file(FileChange(path: "/etc/x", contents: [1], mode: 0o440, check: .visudo)))
            let failed = fault { _ = try applier.apply(step, in: transaction) }
            #expect(failed.message == "cannot write /etc/x: with it sudo's configuration as a whole is no longer valid")
            _ = try applier.apply(step, in: transaction)
            #expect(Self.takeBack(applier, transaction) == [])
            #expect(tree.names("/etc") == ["passwd"])
        }
        script.expectDone()
    }

    @Test("is taken back last first")
    func reverse() throws {
        try Self.with { tree, _, applier, transaction in
            try tree.file("/etc/x", "one")
            for text in ["two", "three"] {
                let change = FileChange(path: "/etc/x", contents: Array(text.utf8), mode: 0o600, check: nil)
                _ = try applier.apply(Step(.sudo, "x", .file(change)), in: transaction)
            }
            #expect(tree.text("/etc/x") == "three")
            #expect(Self.takeBack(applier, transaction) == [])
            #expect(tree.text("/etc/x") == "one")
        }
    }

    @Test("is taken back past what cannot be, and that is told")
    func pastProblems() throws {
        let script = Script([Script.Call(commandLine: "usermod -- bob", end: .exited(1), errors: "usermod: cannot lock /etc/passwd\n")])
        try Self.with(script.processes) { tree, guest, applier, _ in
            try tree.file("/etc/x", "new")
            try tree.file("/etc/y", "new")
            let problems = applier.takeBack(
                [
                    .file(path: "/etc/x", saved: nil, mode: 0, uid: 0, gid: 0), .tool(ToolCall(.usermod, ["--", "bob"])),
                    // What it held is gone: to write nothing in its place would be worse.
                    .file(path: "/etc/y", saved: "9.before", mode: 0o600, uid: 0, gid: 0),
                ], savedIn: Self.folder)
            #expect(
                problems == [
                    "cannot put back /etc/y: what it held is lost",
                    "cannot run usermod -- bob: usermod: cannot lock /etc/passwd (it ended with code 1)",
                ])
            #expect(!tree.exists("/etc/x") && tree.text("/etc/y") == "new")
        }
        script.expectDone()
    }

    @Test("that never made its account removes none")
    func userdel() throws {
        let script = Script("userdel --remove --force -- bob")
        try Self.with(script.processes) { _, _, applier, _ in
            func undo(_ name: String) -> Undo { .tool(ToolCall(.userdel, ["--remove", "--force", "--", name])) }
            #expect(applier.takeBack([undo("alice"), undo("bob"), undo("bobby")], savedIn: Self.folder) == [])
        }
        script.expectDone()
    }

    @Test("gives an old password back by its hash, on standard input and nowhere else")
    func password() throws {
        let inputs = Mutex<[String]>([])
        let script = Script([
            Script.Call(commandLine: "chpasswd -e") { command in
                inputs.withLock { $0.append(command.input.map { $0.withBytes { String(decoding: $0, as: UTF8.self) } } ?? "none") }
            }
        ])
        try Self.with(script.processes) { tree, _, applier, transaction in
            let bob = try #require(UserName("bob"))
            let saved = try transaction.save(Secret(copying: Array("$y$j9T$old".utf8)))
            #expect(applier.takeBack([.password(bob, saved: saved)], savedIn: Self.folder) == [])
            // Nobody there, or nothing kept: nothing to give back.
            let gone = try #require(UserName("alice"))
            #expect(applier.takeBack([.password(gone, saved: saved), .password(bob, saved: "9.secret")], savedIn: Self.folder) == [])
        }
        #expect(inputs.withLock { $0 } == ["bob:$y$j9T$old\n"])
        script.expectDone()
    }

    @Test("writes keys into a file of the system's, beside those that are there, and takes them out again")
    func keys() throws {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMg3YG24wOxKpB/TnJaojUmzodljZVfDSwPLATqqOg0T new"
        try Self.with { tree, guest, applier, transaction in
            try tree.folder("/etc/keys")
            try tree.file("/etc/keys/bob", "# somebody's\n", mode: 0o644)
            let line = try AuthorizedKeyLine(key.utf8)
            let bob = try #require(UserName("bob"))
            let change = KeysChange(user: bob, path: ForeignText("/etc/keys/bob"), keys: [line], replacing: false)
            _ = try applier.apply(Step(.authorizedKeys, "add a key", .keys(change)), in: transaction)
            #expect(tree.text("/etc/keys/bob") == "# somebody's\n\(key)\n" && tree.mode("/etc/keys/bob") == 0o644)
            #expect(Self.takeBack(applier, transaction) == [])
            #expect(tree.text("/etc/keys/bob") == "# somebody's\n" && tree.mode("/etc/keys/bob") == 0o644)
            // Where what the file held is lost it stays as it is.
            let lost = Undo.keys(bob, path: ForeignText("/etc/keys/bob"), saved: "9.before")
            #expect(applier.takeBack([lost], savedIn: Self.folder) == ["cannot put back the keys of bob: what the file held is lost"])
            #expect(tree.text("/etc/keys/bob") == "# somebody's\n")
        }
    }

    @Test("takes the line of a proof out again by its comment, and no other")
    func proofLine() throws {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMg3YG24wOxKpB/TnJaojUmzodljZVfDSwPLATqqOg0T"
        try Self.with { tree, _, applier, _ in
            try tree.folder("/etc/keys")
            try tree.file("/etc/keys/bob", "\(key) marker-1\n\(key) marker-2\n\(key) mine")
            let bob = try #require(UserName("bob"))
            let undo = Undo.proofLine(bob, path: ForeignText("/etc/keys/bob"), marker: "marker-2")
            for _ in 0..<2 {
                #expect(applier.takeBack([undo], savedIn: Self.folder) == [])
                #expect(tree.text("/etc/keys/bob") == "\(key) marker-1\n\(key) mine")
            }
            // No file, no user: nothing to take out.
            let none = Undo.proofLine(bob, path: ForeignText("/etc/keys/none"), marker: "m")
            let nobody = Undo.proofLine(try #require(UserName("alice")), path: ForeignText("/etc/keys/bob"), marker: "marker-1")
            #expect(applier.takeBack([none, nobody], savedIn: Self.folder) == [])
            #expect(tree.text("/etc/keys/bob")?.contains("marker-1") == true)
        }
    }
}
