import AgentCore
import AgentSystem
import Glibc
import Testing

@Suite("a file that held a secret") struct RootDestroyTests {
    @Test("is overwritten in its own blocks, then removed", arguments: [0, 1, 65536, 200_001])
    func overwritten(_ size: Int) throws {
        try Tree.with { tree in
            try tree.file("/x", [UInt8](repeating: 0x73, count: size))
            // Keeps the inode, as a backup or a snapshot would.
            let reader = open(tree.path + "/x", O_RDONLY | O_CLOEXEC)
            defer { close(reader) }
            try tree.root.destroy("/x")
            #expect(!tree.exists("/x"))
            let left = Tree.rest(of: reader)
            #expect(left.count == size && left.allSatisfy { $0 == 0 })
        }
    }

    @Test("is only removed where it has another name: that one is somebody's")
    func hardLink() throws {
        try Tree.with { tree in
            try tree.file("/passwd", "root:x:0:0")
            try tree.hardLink("/x", to: "/passwd")
            try tree.root.destroy("/x")
            #expect(!tree.exists("/x") && tree.text("/passwd") == "root:x:0:0")
        }
    }

    @Test("is only removed where a link took its place")
    func link() throws {
        try Tree.with { tree in
            try tree.file("/passwd", "root:x:0:0")
            try tree.link("/x", to: "/passwd")
            try tree.root.destroy("/x")
            #expect(!tree.exists("/x") && tree.text("/passwd") == "root:x:0:0")
        }
    }

    @Test("is only removed where it is no file, without waiting", arguments: ["fifo", "socket"])
    func others(_ kind: String) throws {
        try Tree.with { tree in
            if kind == "fifo" { try tree.fifo("/x") } else { try tree.socket("/x") }
            let taken = try seconds { try tree.root.destroy("/x") }
            #expect(!tree.exists("/x") && taken < 2)
        }
    }

    @Test("is only removed where it is somebody else's", .enabled(if: isRoot))
    func foreign() throws {
        try Tree.with { tree in
            try tree.file("/x", "theirs")
            chown(tree.path + "/x", 12345, 12345)
            let reader = open(tree.path + "/x", O_RDONLY | O_CLOEXEC)
            defer { close(reader) }
            try tree.root.destroy("/x")
            #expect(!tree.exists("/x") && Tree.rest(of: reader) == Array("theirs".utf8))
        }
    }

    @Test("may be gone already")
    func gone() throws {
        try Tree.with { tree in
            try tree.root.destroy("/none")
            #expect(tree.names() == [])
        }
    }
}

@Suite("a tree that is removed") struct RootRemoveTreeTests {
    @Test("goes with all that is in it, and nothing that its links point to")
    func links() throws {
        try Tree.with { tree in
            try tree.folder("/kept")
            try tree.file("/kept/file", "kept")
            try tree.folder("/x")
            try tree.folder("/x/a")
            try tree.folder("/x/a/b")
            try tree.file("/x/a/b/file", "gone")
            try tree.file("/x/.hidden", "gone", mode: 0)
            try tree.fifo("/x/fifo")
            try tree.link("/x/folder", to: "/kept")
            try tree.link("/x/outside", to: "../kept")
            try tree.link("/x/a/file", to: "\(tree.path)/kept/file")
            try tree.root.removeTree("/x")
            #expect(tree.names() == ["kept"] && tree.text("/kept/file") == "kept")
        }
    }

    @Test("may be a link itself, or a file")
    func noTree() throws {
        try Tree.with { tree in
            try tree.folder("/kept")
            try tree.file("/kept/file", "kept")
            try tree.link("/x", to: "/kept")
            try tree.root.removeTree("/x")
            #expect(tree.names() == ["kept"] && tree.text("/kept/file") == "kept")
            try tree.root.removeTree("/kept/file")
            #expect(tree.names("/kept") == [])
        }
    }

    @Test("goes whatever bytes its names are")
    func names() throws {
        try Tree.with { tree in
            try tree.folder("/x")
            for byte in [0x01, 0x0a, 0x5c, 0x80, 0xc3, 0xff] as [UInt8] {
                let name = Array("\(tree.path)/x/".utf8CString.dropLast()) + [CChar(bitPattern: byte)]
                try #require(mkdir(name + [0], 0o700) == 0)
                close(open(name + Array("/".utf8CString.dropLast()) + [CChar(bitPattern: byte), 0], O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
            }
            try tree.root.removeTree("/x")
            #expect(tree.names() == [])
        }
    }

    @Test("is refused where it is deeper than anybody builds: nothing recurses without end")
    func deep() throws {
        try Tree.with { tree in
            var path = ""
            for _ in 0..<100 {
                path += "/d"
                try tree.folder(path)
            }
            #expect(fault { try tree.root.removeTree("/d") }.cause == "it is too deep")
        }
    }
}
