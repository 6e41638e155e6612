import AgentCore
import Glibc
import Testing

@testable import AgentSystem

@Suite("the drop folder") struct DropFolderTests {
    private static func with(_ body: (Tree, DropFolder) throws -> Void) throws {
        try Tree.with { tree in try body(tree, DropFolder(try Guest.at(tree))) }
    }

    private static func text(_ secret: Secret) -> String { secret.withBytes { String(decoding: $0, as: UTF8.self) } }

    /// The refusal of the next drop.
    private static func refusal(
        _ folder: DropFolder, patience: Double = 5, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Refusal {
        let drop = try #require(try folder.next(), sourceLocation: sourceLocation)
        do {
            _ = try folder.read(drop, patience: patience)
            Issue.record("read", sourceLocation: sourceLocation)
        } catch let refusal as Refusal {
            try folder.destroy(drop)
            return refusal
        }
        return Refusal(reason: "", message: "")
    }

    // MARK: taking in hand

    @Test("gives drops in byte order, each taken out of the path unit's sight before it is looked at")
    func order() throws {
        try Self.with { tree, folder in
            for name in ["b", "a", "Z"] { try tree.file("/state/incoming/\(name).settings", name) }
            for name in ["Z", "a", "b"] {
                let drop = try #require(try folder.next())
                #expect(drop.name == name && drop.attempt == 1)
                #expect(!tree.exists("/state/incoming/\(name).settings"))
                #expect(tree.names("/state/work") == ["1-\(name).settings"])
                #expect(Self.text(try folder.read(drop)) == name)
                try folder.destroy(drop)
                #expect(tree.names("/state/work") == [])
            }
            let next = try folder.next()
            #expect(next == nil)
        }
    }

    @Test("passes over what is no drop", arguments: ["a.settings.tmp", "a", ".a.settings", ".settings", "a.Settings", "settings"])
    func noDrop(_ name: String) throws {
        try Self.with { tree, folder in
            try tree.file("/state/incoming/\(name)", "x")
            let next = try folder.next()
            #expect(next == nil)
            #expect(tree.names("/state/incoming") == [name] && tree.names("/state/work") == [])
        }
    }

    @Test(
        "names a drop safely",
        arguments: [("a b", "hex.612062"), ("latest", "hex.6c6174657374"), ("-rf", "hex.2d7266"), ("x\n", "hex.780a"), ("..a", nil)])
    func names(_ name: String, _ expected: String?) throws {
        try Self.with { tree, folder in
            try tree.file("/state/incoming/\(name).settings", "x")
            #expect(try folder.next()?.name == expected)
            if let expected { #expect(tree.names("/state/work") == ["1-\(expected).settings"]) }
        }
    }

    @Test("takes a name that is no UTF-8")
    func odd() throws {
        try Self.with { tree, folder in
            let path = Array("\(tree.path)/state/incoming/".utf8CString.dropLast()) + [CChar(bitPattern: 0xff)]
            close(Glibc.open(path + Array(".settings".utf8CString), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
            let drop = try folder.next()
            #expect(drop?.name == "hex.ff")
            #expect(tree.names("/state/incoming") == [])
        }
    }

    // MARK: attempts

    @Test("counts each attempt in the name, before the drop is touched, and refuses it after three that crashed")
    func attempts() throws {
        try Self.with { tree, folder in
            try tree.file("/state/incoming/a.settings", "{}")
            // A run that crashes takes a drop and never ends it; each of these is a new start.
            for attempt in 1...3 {
                let drop = try #require(try folder.next())
                #expect(drop.attempt == attempt && drop.name == "a")
                #expect(tree.names("/state/work") == ["\(attempt)-a.settings"])
                #expect(Self.text(try folder.read(drop)) == "{}")
            }
            let drop = try #require(try folder.next())
            #expect(drop.name == "a")
            #expect(throws: Refusal.self) { try folder.read(drop) }
            let refusal = try Self.refusal(folder)
            #expect(refusal.reason == "crashed")
            #expect(refusal.message.hasPrefix("carrying out a.settings was begun 3 times and ended each time before its end"))
            #expect(tree.names("/state/work") == [])
            let next = try folder.next()
            #expect(next == nil)
        }
    }

    @Test("takes what an earlier run left behind before what is new")
    func leftFirst() throws {
        try Self.with { tree, folder in
            try tree.file("/state/incoming/a.settings", "new")
            try tree.file("/state/work/2-z.settings", "left")
            let drop = try #require(try folder.next())
            #expect(drop.name == "z" && drop.attempt == 3)
            try folder.destroy(drop)
            #expect(try folder.next()?.name == "a")
        }
    }

    @Test("passes over what is not its own in the work folder", arguments: ["a.settings", "1-a", "notes.txt", "12-a.settings"])
    func strangers(_ name: String) throws {
        try Self.with { tree, folder in
            try tree.file("/state/work/\(name)", "x")
            let next = try folder.next()
            #expect(next == nil)
            #expect(tree.names("/state/work") == [name])
        }
    }

    // MARK: what is refused unseen

    @Test("refuses a link, and leaves what it points to")
    func link() throws {
        try Self.with { tree, folder in
            try tree.file("/target", "target")
            try tree.link("/state/incoming/a.settings", to: "/target")
            #expect(
                try Self.refusal(folder)
                    == Refusal(
                        reason: "bad-drop", message: "the dropped file a.settings is a symbolic link, not a regular file; it was not read"))
            #expect(tree.text("/target") == "target" && tree.names("/state/work") == [])
        }
    }

    @Test("refuses what is no file, and does not wait for it", arguments: ["FIFO", "directory", "socket"])
    func kinds(_ kind: String) throws {
        try Self.with { tree, folder in
            switch kind {
            case "FIFO": try tree.fifo("/state/incoming/a.settings")
            case "directory":
                try tree.folder("/state/incoming/a.settings")
                try tree.file("/state/incoming/a.settings/x", "x")
            default: try tree.socket("/state/incoming/a.settings")
            }
            let taken = try seconds {
                let message = try Self.refusal(folder).message
                #expect(message == "the dropped file a.settings is a \(kind), not a regular file; it was not read")
            }
            #expect(taken < 2 && tree.names("/state/work") == [])
        }
    }

    @Test("refuses a file with another name, which others may write by, and leaves that one")
    func hardLink() throws {
        try Self.with { tree, folder in
            try tree.file("/other", "{}")
            try tree.hardLink("/state/incoming/a.settings", to: "/other")
            #expect(
                try Self.refusal(folder).message
                    == "the dropped file a.settings has 2 names (hard links); drop a file of its own; it was not read")
            #expect(tree.text("/other") == "{}" && tree.names("/state/work") == [])
        }
    }

    @Test(
        "refuses a file that others can write",
        arguments: [(0o620, "620"), (0o602, "602"), (0o666, "666"), (0o777, "777")] as [(mode_t, String)])
    func writable(_ mode: mode_t, _ shown: String) throws {
        try Self.with { tree, folder in
            try tree.file("/state/incoming/a.settings", "{}", mode: mode)
            #expect(
                try Self.refusal(folder).message
                    == "the dropped file a.settings can be written by others (mode \(shown)); drop it with mode 600; it was not read")
        }
    }

    @Test("takes a file that others can only read, if anything", arguments: [0o600, 0o400, 0o644, 0o755] as [mode_t])
    func readable(_ mode: mode_t) throws {
        try Self.with { tree, folder in
            try tree.file("/state/incoming/a.settings", "{}", mode: mode)
            let drop = try #require(try folder.next())
            #expect(Self.text(try folder.read(drop)) == "{}")
        }
    }

    @Test("refuses somebody else's file", .enabled(if: isRoot))
    func foreign() throws {
        try Self.with { tree, folder in
            try tree.file("/state/incoming/a.settings", "{}")
            chown(tree.path + "/state/incoming/a.settings", 12345, 12345)
            #expect(
                try Self.refusal(folder).message == "the dropped file a.settings belongs to the uid 12345, not to root; it was not read")
        }
    }

    @Test("takes a file of 1 MiB, and none that is larger", arguments: [((1 << 20) - 1, true), (1 << 20, true), ((1 << 20) + 1, false)])
    func size(_ size: Int, _ fits: Bool) throws {
        try Self.with { tree, folder in
            try tree.file("/state/incoming/a.settings", [UInt8](repeating: 0x20, count: size))
            if fits {
                let drop = try #require(try folder.next())
                #expect(try folder.read(drop).count == size)
            } else {
                #expect(try Self.refusal(folder).message == "the dropped file a.settings is larger than 1 MiB; it was not read")
            }
        }
    }

    // MARK: somebody is still writing

    @Test("refuses a file that somebody still has open for writing")
    func open() throws {
        try Self.with { tree, folder in
            try tree.file("/state/incoming/a.settings", "{\"username\":")
            let writer = Glibc.open(tree.path + "/state/incoming/a.settings", O_WRONLY | O_APPEND | O_CLOEXEC)
            defer { close(writer) }
            #expect(
                try Self.refusal(folder, patience: 0.2).message
                    == "the dropped file a.settings is still open for writing; write it elsewhere and rename it into incoming/; it was not read"
            )
        }
    }

    @Test("waits for whoever is done in time, and reads all of it")
    func closedInTime() throws {
        try Self.with { tree, folder in
            try tree.file("/state/incoming/a.settings", "")
            let raw = Glibc.open(tree.path + "/state/incoming/a.settings", O_WRONLY | O_APPEND | O_CLOEXEC)
            // The drop is taken while it is being written; a thread ends the writing a little later.
            let writer = Writer(raw, Array("{}".utf8), after: 200_000)
            let drop = try #require(try folder.next())
            writer.start()
            #expect(Self.text(try folder.read(drop, patience: 10)) == "{}")
            writer.join()
        }
    }

    // MARK: the end

    @Test("ends a drop's secret in its own blocks")
    func destroyed() throws {
        try Self.with { tree, folder in
            try tree.file("/state/incoming/a.settings", "{\"password\":\"hunter2\"}")
            let drop = try #require(try folder.next())
            let reader = Glibc.open(tree.path + "/state/work/1-a.settings", O_RDONLY | O_CLOEXEC)
            defer { close(reader) }
            try folder.destroy(drop)
            #expect(Tree.rest(of: reader).allSatisfy { $0 == 0 })
            #expect(tree.names("/state/work") == [])
        }
    }
}
