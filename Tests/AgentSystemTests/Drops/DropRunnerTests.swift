import AgentCore
import Glibc
import Testing

@testable import AgentSystem

/// Only drops that are refused before the guest is looked at: what comes behind that is other tests' and other machines'.
@Suite("a run over the drop folder") struct DropRunnerTests {
    private static func with(_ body: (Tree, Guest, Events) throws -> Void) throws {
        try Tree.with { tree in
            let events = Events()
            try body(tree, try Guest.at(tree, log: events), events)
        }
    }

    private static func status(_ tree: Tree, _ name: String) -> [String] {
        StatusText.lines(tree.bytes("/state/status/\(name).status") ?? [])
    }

    @Test("gives each drop its status, destroys it, and succeeds whatever they say")
    func refused() throws {
        try Self.with { tree, guest, events in
            try tree.file("/state/incoming/a.settings", "{}")
            try tree.file("/state/incoming/b.settings", #"{"username":"bob","password":"hunter2","remove_user":"bob"}"#)
            try tree.file("/state/incoming/c.settings", "")
            try tree.file("/state/incoming/d.settings", #"{"username":"bob","password":"hunter2""#)
            #expect(DropRunner(guest).run() == .success)
            #expect(tree.names("/state/incoming") == [] && tree.names("/state/work") == [])
            #expect(tree.names("/state/status") == ["a.status", "b.status", "c.status", "d.status", "latest.status"])
            #expect(
                Self.status(tree, "a").first?.hasPrefix("error (2026-01-31T10:00:00Z): Enable failed: the settings ask for nothing") == true
            )
            #expect(Self.status(tree, "b").first?.contains("Enable failed: \"remove_user\" and \"username\" exclude each other") == true)
            #expect(Self.status(tree, "c").first?.contains("Enable failed: the settings are empty") == true)
            #expect(Self.status(tree, "latest") == Self.status(tree, "d"))
            let told = (events.lines + events.records).joined(separator: "\n")
            #expect(!told.contains("hunter2"))
            for name in ["a", "b", "c", "d"] {
                #expect(events.lines.contains("vmaccess-agent: \(name): carrying out \(name).settings"))
                #expect(tree.text("/state/status/\(name).status")?.contains("hunter2") == false)
            }
        }
    }

    @Test("says of a drop that crashed three runs that it is not tried again")
    func crashed() throws {
        try Self.with { tree, guest, _ in
            try tree.file("/state/work/3-a.settings", #"{"username":"bob","password":"hunter2"}"#)
            let reader = open(tree.path + "/state/work/3-a.settings", O_RDONLY | O_CLOEXEC)
            defer { close(reader) }
            #expect(DropRunner(guest).run() == .success)
            #expect(Self.status(tree, "a").first?.contains("was begun 3 times") == true)
            #expect(tree.names("/state/work") == [] && Tree.rest(of: reader).allSatisfy { $0 == 0 })
        }
    }

    @Test("ends whatever somebody drops", arguments: ["link", "fifo", "folder"])
    func strange(_ kind: String) throws {
        try Self.with { tree, guest, _ in
            try tree.file("/target", "target")
            switch kind {
            case "link": try tree.link("/state/incoming/a b.settings", to: "/target")
            case "fifo": try tree.fifo("/state/incoming/a b.settings")
            default:
                try tree.folder("/state/incoming/a b.settings")
                // A name that is no UTF-8 stays in nobody's way.
                let path = Array("\(tree.path)/state/incoming/a b.settings/".utf8CString.dropLast()) + [CChar(bitPattern: 0xff), 0]
                close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
            }
            #expect(DropRunner(guest).run() == .success)
            #expect(tree.names("/state/incoming") == [] && tree.names("/state/work") == [])
            #expect(tree.text("/target") == "target")
            #expect(Self.status(tree, "hex.612062").first?.contains("it was not read") == true)
        }
    }

    @Test("of an empty folder has nothing to do")
    func empty() throws {
        try Self.with { tree, guest, events in
            #expect(DropRunner(guest).run() == .success)
            #expect(tree.names("/state/status") == [] && events.lines == [])
        }
    }
}
