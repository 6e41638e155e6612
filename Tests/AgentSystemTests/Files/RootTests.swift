import AgentCore
import AgentSystem
import Glibc
import Testing

/// openat2(2), RESOLVE_IN_ROOT.
@Suite("a root") struct RootTests {
    private static func text(_ root: Root, _ path: String) throws -> String? {
        try root.read(path).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "resolves what points out of the tree inside it",
        arguments: ["/etc/shadow", "/absolute", "/relative", "/folder/shadow", "/chain", "/../../etc/shadow", "/etc/../../../etc/shadow", "//etc//shadow"])
    func inside(_ path: String) throws {
        try Tree.with { tree in
            try tree.folder("/etc")
            try tree.file("/etc/shadow", "the tree's")
            try tree.link("/absolute", to: "/etc/shadow")
            try tree.link("/relative", to: "../../../../../../etc/shadow")
            try tree.link("/folder", to: "/etc")
            try tree.link("/chain", to: "/folder/../absolute")
            #expect(try Self.text(tree.root, path) == "the tree's")
        }
    }

    @Test("finds nothing of the system's own behind a link")
    func outside() throws {
        try Tree.with { tree in
            try Tree.with { other in
                try other.file("/secret", "outside")
                try tree.link("/link", to: "\(other.path)/secret")
                try tree.link("/folder", to: other.path)
                try tree.link("/passwd", to: "/etc/passwd")
                for path in ["/link", "/folder/secret", "/passwd", "\(other.path)/secret", "/etc/passwd"] {
                    #expect(try tree.root.read(path) == nil)
                }
                // Nor is anything written there.
                _ = fault { try tree.root.replace("/folder/secret", with: [1], Root.Attributes(mode: 0o600)) }
                #expect(other.text("/secret") == "outside" && other.names() == ["secret"])
            }
        }
    }

    @Test("gives up on links that lead to one another")
    func loop() throws {
        try Tree.with { tree in
            try tree.link("/a", to: "/b")
            try tree.link("/b", to: "/a")
            #expect(fault { _ = try tree.root.read("/a") }.code == ELOOP)
        }
    }

    @Test("reads only regular files, and waits for none of the others", arguments: ["fifo", "folder", "socket"])
    func kinds(_ kind: String) throws {
        try Tree.with { tree in
            switch kind {
            case "fifo": try tree.fifo("/x")
            case "folder": try tree.folder("/x")
            default: try tree.socket("/x")
            }
            let words = ["fifo": "a FIFO, not a regular file", "folder": "a directory, not a regular file", "socket": "no such device or address"]
            let taken = seconds {
                let failed = fault { _ = try tree.root.read("/x") }
                #expect(failed.message.hasSuffix(words[kind] ?? "?"))
                #expect(failed.message.contains(" /x: "))
                _ = fault { _ = try tree.root.readSecret("/x") }
            }
            #expect(taken < 2)
        }
    }

    @Test("reads to the limit and no further", arguments: [(0, true), (99, true), (100, true), (101, false), (70_000, false)])
    func limit(_ size: Int, _ fits: Bool) throws {
        try Tree.with { tree in
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            try tree.file("/x", bytes)
            if fits {
                #expect(try tree.root.read("/x", limit: 100) == bytes)
            } else {
                #expect(fault { _ = try tree.root.read("/x", limit: 100) }.message == "cannot read /x: it is larger than 100 bytes")
            }
        }
    }

    @Test("knows what is not there from what cannot be had")
    func absent() throws {
        try Tree.with { tree in
            try tree.file("/file", "x")
            for path in ["/none", "/none/none", "/file/below"] {
                #expect(try tree.root.read(path) == nil)
                #expect(try tree.root.readSecret(path) == nil)
                #expect(try tree.root.status(path) == nil)
            }
            #expect(try tree.root.names(in: "/none") == [])
            #expect(try !tree.root.remove("/none"))
        }
    }

    @Test("tells what a file is, links not followed")
    func status() throws {
        try Tree.with { tree in
            try tree.file("/file", "12345", mode: 0o640)
            try tree.hardLink("/second", to: "/file")
            try tree.folder("/folder", mode: 0o2750)
            try tree.link("/link", to: "/file")
            try tree.link("/dangling", to: "/none")
            try tree.fifo("/fifo")
            try tree.socket("/socket")
            let file = try #require(try tree.root.status("/file"))
            #expect(file.kind == .file && file.mode == 0o640 && file.size == 5 && file.links == 2)
            #expect(file.uid == geteuid() && file.gid == getegid())
            #expect(try file == tree.root.status("/second"))
            #expect(try tree.root.status("/folder")?.kind == .directory)
            #expect(try tree.root.status("/folder")?.mode == 0o2750)
            #expect(try tree.root.status("/link")?.kind == .link)
            #expect(try tree.root.status("/dangling")?.kind == .link)
            #expect(try tree.root.status("/fifo")?.kind == .fifo)
            #expect(try tree.root.status("/socket")?.kind == .socket)
            #expect(try Root("/dev").status("/null")?.kind == .device)
        }
    }

    @Test("lists names in byte order, whatever bytes they are")
    func names() throws {
        try Tree.with { tree in
            for name in ["b", "a", ".hidden", "\u{f6}", "Z", "a b", "..."] { try tree.file("/\(name)") }
            let odd = Array("\(tree.path)/".utf8CString.dropLast()) + [CChar(bitPattern: 0xff), CChar(bitPattern: 0x0a), 0]
            close(open(odd, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
            let expected = [".hidden", "...", "Z", "a", "a b", "b", "\u{f6}"].map { Array($0.utf8) } + [[0xff, 0x0a]]
            #expect(try tree.root.names(in: "/").map(\.bytes) == expected.sorted { $0.lexicographicallyPrecedes($1) })
        }
    }

    @Test("makes a directory with exactly the mode, and leaves one that is there")
    func makeDirectory() throws {
        try Tree.with { tree in
            try tree.root.makeDirectory("/new", mode: 0o757)
            #expect(tree.mode("/new") == 0o757)
            try tree.root.makeDirectory("/new", mode: 0o700)
            #expect(tree.mode("/new") == 0o757)
            #expect(fault { try tree.root.makeDirectory("/none/x", mode: 0o700) }.code == ENOENT)
        }
    }

    @Test("removes the file itself: a link, not what it points to; no directory")
    func remove() throws {
        try Tree.with { tree in
            try tree.file("/file", "x")
            try tree.link("/link", to: "/file")
            try tree.folder("/folder")
            #expect(try tree.root.remove("/link"))
            #expect(tree.text("/file") == "x" && !tree.exists("/link"))
            #expect(fault { try tree.root.remove("/folder") }.message.hasPrefix("cannot remove /folder: "))
            #expect(try tree.root.remove("/file"))
            #expect(tree.names() == ["folder"])
        }
    }

    @Test("takes only absolute paths of files for writing", arguments: ["", "/", "file", "/folder/"])
    func paths(_ path: String) throws {
        try Tree.with { tree in
            try tree.folder("/folder")
            try tree.file("/file", "x")
            #expect(fault { try tree.root.remove(path) }.cause == "it is no absolute path of a file")
            #expect(fault { try tree.root.replace(path, with: [], Root.Attributes(mode: 0o600)) }.cause == "it is no absolute path of a file")
        }
    }

    @Test("finds the slash by its byte: what combines with it in a text belongs to the name")
    func combining() throws {
        try Tree.with { tree in
            try tree.folder("/folder")
            // As Characters there is no "/" between the two.
            let path = "/folder/\u{301}x"
            try tree.root.replace(path, with: [1], Root.Attributes(mode: 0o600))
            #expect(tree.names("/folder") == ["\u{301}x"] && tree.names() == ["folder"])
            try tree.root.replace(path, with: [2], Root.Attributes(mode: 0o600)) { temporary throws(Fault) in
                #expect(temporary.hasPrefix("/folder/."))
            }
            try tree.root.remove(path)
            #expect(tree.names("/folder") == [])
        }
    }

    @Test("that is not there is a fault with the reason")
    func noRoot() throws {
        try Tree.with { tree in
            #expect(fault { _ = try Root("\(tree.path)/none") }.message == "cannot open \(tree.path)/none: no such file or directory")
            try tree.file("/file")
            #expect(fault { _ = try Root("\(tree.path)/file") }.code == ENOTDIR)
            #expect(!tree.root.isRunningSystem)
        }
    }
}
