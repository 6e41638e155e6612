import AgentCore
import AgentSystem
import Glibc
import Testing

@Suite("a file that is written") struct RootReplaceTests {
    private struct Refused: Error {}

    private static let own = Root.Attributes(mode: 0o640)

    @Test("takes the old one's place, whole, with the mode that is given", arguments: [0o600, 0o440, 0o644, 0o755, 0o4711] as [UInt32])
    func replaces(_ mode: UInt32) throws {
        try Tree.with { tree in
            try tree.file("/x", "old", mode: 0o666)
            try tree.root.replace("/x", with: Array("new".utf8), Root.Attributes(mode: mode))
            #expect(tree.text("/x") == "new" && tree.mode("/x") == mode)
            #expect(tree.info("/x")?.st_uid == geteuid() && tree.info("/x")?.st_gid == getegid())
            #expect(tree.names() == ["x"])
        }
    }

    @Test("may be new, and of any size", arguments: [0, 1, 200_000])
    func new(_ size: Int) throws {
        try Tree.with { tree in
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            try tree.root.replace("/x", with: bytes, Self.own)
            #expect(tree.bytes("/x") == bytes && tree.mode("/x") == 0o640)
        }
    }

    @Test("is another file by rename: who has the old one open reads it to its end")
    func rename() throws {
        try Tree.with { tree in
            try tree.file("/x", "old")
            try tree.hardLink("/kept", to: "/x")
            let reader = open(tree.path + "/x", O_RDONLY | O_CLOEXEC)
            defer { close(reader) }
            try tree.root.replace("/x", with: Array("new".utf8), Self.own)
            #expect(Tree.rest(of: reader) == Array("old".utf8))
            #expect(tree.text("/kept") == "old")
        }
    }

    @Test("is checked while it lies beside the old one, complete, under a name that others pass over")
    func check() throws {
        try Tree.with { tree in
            try tree.folder("/sudoers.d")
            try tree.file("/sudoers.d/x", "old", mode: 0o400)
            var seen = ""
            try tree.root.replace("/sudoers.d/x", with: Array("new".utf8), Root.Attributes(mode: 0o440)) { temporary throws(Fault) in
                seen = temporary
                #expect(tree.text("/sudoers.d/x") == "old")
                #expect(tree.text(temporary) == "new" && tree.mode(temporary) == 0o440)
            }
            // sudoers(5) passes over names with a dot; sshd_config's Include and systemd take `*.conf`.
            #expect(seen.hasPrefix("/sudoers.d/.x.") && seen.hasSuffix(".new"))
            #expect(tree.text("/sudoers.d/x") == "new")
            #expect(tree.names("/sudoers.d") == ["x"])
        }
    }

    @Test("leaves the old one, and nothing else, where the check refuses it")
    func refused() throws {
        try Tree.with { tree in
            try tree.file("/x", "old", mode: 0o604)
            let failed = fault {
                try tree.root.replace("/x", with: Array("new".utf8), Self.own) { _ throws(Fault) in
                    throw Fault("check /x", cause: "line 1 is wrong")
                }
            }
            #expect(failed.message == "cannot check /x: line 1 is wrong")
            #expect(tree.text("/x") == "old" && tree.mode("/x") == 0o604)
            #expect(tree.names() == ["x"])
            // And where there was none, there is none.
            _ = fault { try tree.root.replace("/y", with: [], Self.own) { _ throws(Fault) in throw Fault("x", cause: "y") } }
            #expect(tree.names() == ["x"])
        }
    }

    @Test("takes the place of a link, and leaves what it points to")
    func link() throws {
        try Tree.with { tree in
            try tree.file("/target", "target")
            try tree.link("/x", to: "/target")
            try tree.root.replace("/x", with: Array("new".utf8), Self.own)
            #expect(tree.info("/x").map { $0.st_mode & S_IFMT } == S_IFREG)
            #expect(tree.text("/x") == "new" && tree.text("/target") == "target")
        }
    }

    @Test("follows no link under its temporary name, and minds no file that a crash left there")
    func leftover() throws {
        try Tree.with { tree in
            try tree.file("/target", "target")
            try tree.link("/.x.\(getpid()).new", to: "/target")
            try tree.root.replace("/x", with: Array("new".utf8), Self.own)
            #expect(tree.text("/x") == "new" && tree.text("/target") == "target")
            try tree.file("/.x.\(getpid()).new", String(repeating: "left behind", count: 100))
            try tree.root.replace("/x", with: Array("newer".utf8), Self.own)
            #expect(tree.text("/x") == "newer" && tree.names() == ["target", "x"])
        }
    }

    @Test("cannot take a directory's place, nor lie in none; nothing is left behind")
    func impossible() throws {
        try Tree.with { tree in
            try tree.folder("/folder")
            #expect(fault { try tree.root.replace("/folder", with: [], Self.own) }.message.hasPrefix("cannot put /folder in place: "))
            #expect(fault { try tree.root.replace("/none/x", with: [], Self.own) }.code == ENOENT)
            #expect(tree.names() == ["folder"])
        }
    }

    @Test("has the owner that is given", .enabled(if: isRoot))
    func owner() throws {
        try Tree.with { tree in
            try tree.root.replace("/x", with: [], Root.Attributes(mode: 0o600, uid: 12345, gid: 54321))
            #expect(tree.info("/x")?.st_uid == 12345 && tree.info("/x")?.st_gid == 54321)
        }
    }

    @Test("is not left as somebody else's where the owner cannot be given", .enabled(if: !isRoot))
    func noOwner() throws {
        try Tree.with { tree in
            try tree.file("/x", "old")
            let failed = fault { try tree.root.replace("/x", with: [], Root.Attributes(mode: 0o600, uid: 0, gid: 0)) }
            #expect(failed.message == "cannot give /x its owner: operation not permitted")
            #expect(tree.text("/x") == "old" && tree.names() == ["x"])
        }
    }
}
