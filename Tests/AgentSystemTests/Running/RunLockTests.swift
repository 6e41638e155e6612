import AgentCore
import Glibc
import Testing

@testable import AgentSystem

@Suite("the lock of a run") struct RunLockTests {
    @Test("is one run's: a second one waits, and names the holder when it has waited long enough")
    func second() throws {
        try Tree.with { tree in
            let events = Events()
            let guest = try Guest.at(tree, log: events)
            let lock = try RunLock(guest, seconds: 0)
            var failed: Fault?
            let taken = seconds {
                do throws(Fault) { _ = try RunLock(guest, seconds: 0.3) } catch { failed = error }
            }
            #expect(taken >= 0.3 && taken < 5)
            #expect(
                failed?.message == "cannot begin: another run is under way (process \(getpid())); try again when it has ended")
            // Said once, not at every look.
            #expect(events.lines.filter { $0.contains("waiting for it") }.count == 1)
            _ = consume lock
        }
    }

    @Test("is free again when its holder is gone")
    func free() throws {
        try Tree.with { tree in
            let guest = try Guest.at(tree)
            for _ in 0..<3 {
                let lock = try RunLock(guest, seconds: 0)
                #expect(tree.text("/state/lock") == "\(getpid())")
                _ = consume lock
            }
            #expect(tree.mode("/state/lock") == 0o600)
        }
    }

    @Test("is had by the one who waits as soon as it is free")
    func handedOn() throws {
        try Tree.with { tree in
            let events = Events()
            let guest = try Guest.at(tree, log: events)
            // Somebody else's holds it, who says no name, and lets it go after a while.
            let raw = open(tree.path + "/state/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            try #require(flock(raw, LOCK_EX | LOCK_NB) == 0)
            let holder = Writer(raw, [], after: 300_000)
            holder.start()
            let taken = try seconds { _ = try RunLock(guest, seconds: 20) }
            holder.join()
            #expect(taken >= 0.2 && taken < 10)
            #expect(events.lines.contains("vmaccess-agent: another run is under way (process unknown); waiting for it"))
        }
    }

    @Test("is not taken through a link")
    func link() throws {
        try Tree.with { tree in
            let guest = try Guest.at(tree)
            try tree.file("/target", "target")
            try tree.link("/state/lock", to: "/target")
            do throws(Fault) {
                _ = try RunLock(guest, seconds: 0)
                Issue.record("locked")
            } catch {
                #expect(error.code == ELOOP)
            }
            #expect(tree.text("/target") == "target")
        }
    }
}
