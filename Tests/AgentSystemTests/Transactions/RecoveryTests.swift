import AgentCore
import Glibc
import Testing

@testable import AgentSystem

@Suite("a recovery") struct RecoveryTests {
    private static let head = "{\"version\":2,\"id\":\"x\",\"time\":\"t\",\"what\":\"w\",\"user\":null,\"undoes\":null}\n"

    /// A record that puts `saved` back to `/etc/x`, or removes it.
    private static func record(_ saved: String?) -> String {
        let undo = Undo.file(path: "/etc/x", saved: saved, mode: 0o640, uid: geteuid(), gid: getegid())
        return "{\"step\":\"s\",\"undo\":\(String(decoding: undo.document.compact(), as: UTF8.self))}\n"
    }

    private static func with(_ body: (Tree, Guest, Events) throws -> Void) throws {
        try Tree.with { tree in
            try tree.folder("/etc")
            try tree.file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
            try tree.file("/etc/x", "half done")
            let events = Events()
            try body(tree, try Guest.at(tree, log: events), events)
        }
    }

    private static func lay(_ tree: Tree, _ id: String, _ journal: String?, _ files: [String: String] = [:]) throws {
        try tree.folder("/state/transactions/\(id)")
        for (name, text) in files { try tree.file("/state/transactions/\(id)/\(name)", text) }
        if let journal { try tree.file("/state/transactions/\(id)/journal", journal) }
    }

    @Test("takes back what was begun and not finished, the last step first, and its secrets with it")
    func unfinished() throws {
        try Self.with { tree, guest, events in
            // First it held "one", then "two"; the third record was being written.
            try Self.lay(
                tree, "1", Self.head + Self.record("1.before") + Self.record("2.before") + Self.record("3.before").dropLast(),
                ["1.before": "one", "2.before": "two", "3.before": "three", "4.secret": "hash"])
            let reader = open("\(tree.path)/state/transactions/1/4.secret", O_RDONLY | O_CLOEXEC)
            defer { close(reader) }
            #expect(Recovery(guest).run() == [])
            #expect(tree.text("/etc/x") == "one" && tree.mode("/etc/x") == 0o640)
            #expect(tree.names("/state/transactions") == [])
            #expect(Tree.rest(of: reader) == [0, 0, 0, 0])
            #expect(events.lines.contains { $0.contains("an interrupted run is taken back") })
        }
    }

    @Test("does no harm a second time, nor where the change never came")
    func twice() throws {
        try Self.with { tree, guest, _ in
            try Self.lay(tree, "1", Self.head + Self.record(nil))
            try Self.lay(tree, "2", Self.head + Self.record(nil))
            #expect(Recovery(guest).run() == [])
            #expect(Recovery(guest).run() == [])
            #expect(!tree.exists("/etc/x") && tree.names("/state/transactions") == [])
        }
    }

    @Test("leaves what was committed, and ends the secrets that a crash left in it")
    func committed() throws {
        try Self.with { tree, guest, _ in
            try Self.lay(
                tree, "1", Self.head + Self.record("1.before") + "{\"end\":\"committed\"}\n", ["1.before": "one", "2.secret": "hash"])
            #expect(Recovery(guest).run() == [])
            #expect(tree.text("/etc/x") == "half done")
            #expect(tree.names("/state/transactions/1") == ["1.before", "journal"])
        }
    }

    @Test("clears away what was taken back already, and does not do it again")
    func rolledBack() throws {
        try Self.with { tree, guest, _ in
            try Self.lay(tree, "1", Self.head + Self.record(nil) + "{\"end\":\"rolled back\"}\n", ["1.before": "one", "2.secret": "hash"])
            #expect(Recovery(guest).run() == [])
            #expect(tree.text("/etc/x") == "half done" && tree.names("/state/transactions") == [])
        }
    }

    @Test("clears away what ended before its first record", arguments: [nil, "", "{\"vers"])
    func empty(_ journal: String?) throws {
        try Self.with { tree, guest, _ in
            try Self.lay(tree, "1", journal)
            #expect(Recovery(guest).run() == [])
            #expect(tree.text("/etc/x") == "half done" && tree.names("/state/transactions") == [])
        }
    }

    @Test("tells of a journal that it cannot read, keeps it, and goes on with the others")
    func damaged() throws {
        try Self.with { tree, guest, events in
            try Self.lay(tree, "1", Self.head + "garbage\n" + Self.record(nil), ["1.before": "one"])
            try Self.lay(tree, "2", Self.head + Self.record("1.before"), ["1.before": "two"])
            #expect(Recovery(guest).run() == ["cannot read /state/transactions/1/journal: a line of it is damaged"])
            #expect(tree.text("/etc/x") == "two")
            #expect(tree.names("/state/transactions") == ["1"] && tree.names("/state/transactions/1") == ["1.before", "journal"])
            #expect(events.records.contains { $0.hasPrefix("<3> recovery: cannot read") })
        }
    }

    @Test("keeps what it could not take back, to try again at the next start")
    func impossible() throws {
        try Self.with { tree, guest, _ in
            try Self.lay(tree, "1", Self.head + Self.record("9.before"))
            let problems = Recovery(guest).run()
            #expect(problems == ["cannot take back /state/transactions/1: cannot put back /etc/x: what it held is lost"])
            #expect(tree.text("/etc/x") == "half done" && tree.exists("/state/transactions/1/journal"))
            // Mended by hand, it works.
            try tree.file("/state/transactions/1/9.before", "mended")
            #expect(Recovery(guest).run() == [])
            #expect(tree.text("/etc/x") == "mended" && tree.names("/state/transactions") == [])
        }
    }

    @Test("keeps the last twenty that were committed")
    func kept() throws {
        try Self.with { tree, guest, _ in
            for number in 10..<35 { try Self.lay(tree, "t\(number)", Self.head + "{\"end\":\"committed\"}\n", ["1.before": "x"]) }
            #expect(Recovery(guest).run() == [])
            #expect(tree.names("/state/transactions") == (15..<35).map { "t\($0)" })
        }
    }

    @Test("of a guest that never had a transaction has nothing to do")
    func nothing() throws {
        try Tree.with { tree in
            try tree.folder("/state")
            let guest = Guest(root: tree.root, processes: .none, log: Events().log, state: "/state", runtime: "/run")
            #expect(Recovery(guest).run() == [])
        }
    }
}
