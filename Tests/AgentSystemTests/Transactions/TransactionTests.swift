import AgentCore
import Glibc
import Testing

@testable import AgentSystem

@Suite("a transaction") struct TransactionTests {
    private static let folder = "/state/transactions/20260131T100000Z-01"

    private static func begin(_ guest: Guest) throws -> Transaction {
        try Transaction(
            beginning: TransactionHeader(id: "20260131T100000Z-01", time: "2026-01-31T10:00:00Z", what: "a test"), in: guest.state,
            of: guest.root)
    }

    private static func journal(_ guest: Guest) throws -> TransactionJournal {
        try TransactionJournal(reading: folder, of: guest.root)
    }

    private static let undos: [Undo] = [
        .tool(ToolCall(.userdel, ["--", "bob"])), .file(path: "/etc/x", saved: nil, mode: 0, uid: 0, gid: 0),
        .file(path: "/etc/y", saved: "1.before", mode: 0o644, uid: 0, gid: 0),
    ]

    @Test("is root's alone, and begun on disk before anything changes")
    func begun() throws {
        try Tree.with { tree in
            let guest = try Guest.at(tree)
            let transaction = try Self.begin(guest)
            #expect(tree.mode(Self.folder) == 0o700 && tree.mode(Self.folder + "/journal") == 0o600)
            #expect(
                tree.text(Self.folder + "/journal")
                    == "{\"version\":2,\"id\":\"20260131T100000Z-01\",\"time\":\"2026-01-31T10:00:00Z\",\"what\":\"a test\",\"user\":null,"
                    + "\"undoes\":null}\n")
            #expect(try Self.journal(guest).end == .none)
            // The same name is nobody else's.
            #expect(fault { _ = try Self.begin(guest) }.code == EEXIST)
            _ = transaction
        }
    }

    @Test("writes each record down at once, in order, and they read back the same")
    func records() throws {
        try Tree.with { tree in
            let guest = try Guest.at(tree)
            let transaction = try Self.begin(guest)
            for (number, undo) in Self.undos.enumerated() {
                try transaction.record(undo, "step \(number) \"\n")
                #expect(try Self.journal(guest).undos == Array(Self.undos.prefix(number + 1)))
            }
            #expect(transaction.undos == Self.undos)
            // One line each, whatever is in them.
            #expect(tree.text(Self.folder + "/journal")?.split(separator: "\n").count == 4)
        }
    }

    @Test("keeps what is replaced beside the journal, and what is secret apart")
    func saved() throws {
        try Tree.with { tree in
            let guest = try Guest.at(tree)
            let transaction = try Self.begin(guest)
            let names = [
                try transaction.save(Array("one".utf8)), try transaction.save(Secret(copying: Array("hash".utf8))),
                try transaction.save(Array("two".utf8)),
            ]
            #expect(Set(names).count == 3)
            #expect(tree.text("\(Self.folder)/\(names[0])") == "one" && tree.text("\(Self.folder)/\(names[2])") == "two")
            #expect(tree.text("\(Self.folder)/\(names[1])") == "hash")
            for name in names { #expect(tree.mode("\(Self.folder)/\(name)") == 0o600) }
        }
    }

    @Test("that commits ends its secrets in their blocks, and keeps the rest for undo")
    func commit() throws {
        try Tree.with { tree in
            let guest = try Guest.at(tree)
            let transaction = try Self.begin(guest)
            let kept = try transaction.save(Array("one".utf8))
            let secret = try transaction.save(Secret(copying: Array("hash".utf8)))
            let reader = open("\(tree.path)\(Self.folder)/\(secret)", O_RDONLY | O_CLOEXEC)
            defer { close(reader) }
            try transaction.record(.password(try #require(UserName("bob")), saved: secret), "set the password of bob")
            try transaction.commit()
            #expect(tree.names(Self.folder) == [kept, "journal"])
            #expect(Tree.rest(of: reader) == [0, 0, 0, 0])
            #expect(try Self.journal(guest).end == .committed)
            #expect(tree.text(Self.folder + "/journal")?.contains("hash") == false)
        }
    }

    @Test("that was taken back leaves nothing")
    func forget() throws {
        try Tree.with { tree in
            let guest = try Guest.at(tree)
            let transaction = try Self.begin(guest)
            _ = try transaction.save(Array("one".utf8))
            let secret = try transaction.save(Secret(copying: Array("hash".utf8)))
            let reader = open("\(tree.path)\(Self.folder)/\(secret)", O_RDONLY | O_CLOEXEC)
            defer { close(reader) }
            try transaction.forget()
            #expect(tree.names("/state/transactions") == [])
            #expect(Tree.rest(of: reader) == [0, 0, 0, 0])
        }
    }

    // MARK: the journal, read back

    private static let head = "{\"version\":2,\"id\":\"x\",\"time\":\"t\",\"what\":\"w\",\"user\":null,\"undoes\":null}\n"
    private static let record = "{\"step\":\"s\",\"undo\":{\"kind\":\"tool\",\"tool\":\"userdel\",\"arguments\":[\"--\",\"bob\"]}}\n"

    private static func read(_ text: String) throws -> TransactionJournal {
        try Tree.with { tree in
            let guest = try Guest.at(tree)
            try tree.folder(folder)
            try tree.file(folder + "/journal", text)
            return try journal(guest)
        }
    }

    @Test(
        "passes over a torn last line: its change was not made yet",
        arguments: [
            (head + record, 1), (head + record + String(record.dropLast()), 1), (head + record + "{\"st", 1),
            (head + record + "\0\0\0\0", 1), (head + record + "{\"end\":\"committed\"}", 1), (head, 0),
            (String(head.dropLast()), 0), ("", 0), ("{", 0),
        ] as [(String, Int)])
    func torn(_ text: String, _ count: Int) throws {
        let journal = try Self.read(text)
        #expect(journal.undos == Array(repeating: .tool(ToolCall(.userdel, ["--", "bob"])), count: count))
        #expect(journal.end == .none)
    }

    @Test(
        "guesses nothing from a whole line that is damaged",
        arguments: [
            (head + "garbage\n" + record, "a line of it is damaged"), (head + "\n" + record, "a line of it is damaged"),
            (head + "[1]\n", "a line of it is damaged"), (head + String(record.dropLast(2)) + "\n" + record, "a line of it is damaged"),
            ("{\"version\":1,\"id\":\"x\"}\n" + record, "it was written by another version (1)"),
            ("{\"version\":0}\n", "it was written by another version (0)"),
            (record + record, "it does not begin as a journal does"),
            ("{\"version\":2,\"id\":\"x\"}\n", "it does not begin as a journal does"),
            (head + "{\"step\":\"s\",\"undo\":{\"kind\":\"newer\"}}\n", "it holds a record that this version does not know"),
            (head + "{\"step\":\"s\",\"undo\":null}\n", "it holds a record that this version does not know"),
            (head + "{\"end\":\"commited\"}\n", "it ends in a way that this version does not know"),
            (head + "{\"end\":null}\n", "it ends in a way that this version does not know"),
        ] as [(String, String)])
    func damaged(_ text: String, _ cause: String) {
        let failed = fault { _ = try Self.read(text) }
        #expect(failed.cause == cause)
        #expect(failed.doing == "read \(Self.folder)/journal")
    }

    @Test("knows both ends", arguments: [("committed", TransactionJournal.End.committed), ("rolled back", .rolledBack)])
    func ends(_ word: String, _ end: TransactionJournal.End) throws {
        #expect(try Self.read(Self.head + Self.record + "{\"end\":\"\(word)\"}\n").end == end)
    }
}
