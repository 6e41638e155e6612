import Glibc
import Testing

@testable import AgentSystem

@Suite("this process") struct ProcessTests {
    @Test("is hardened before it holds a secret: no core, nobody attaches, its files are its own, no signal by a reader that goes")
    func harden() async {
        await #expect(processExitsWith: .success) {
            umask(0)
            Process.harden()
            // proc(5): the files of a process that cannot be dumped are root's.
            #expect(prctl_(3, 0, 0, 0, 0) == 0)  // PR_GET_DUMPABLE
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), &limit)
            #expect(limit.rlim_cur == 0 && limit.rlim_max == 0)
            #expect(umask(0o077) == 0o077)
            var ends: [Int32] = [-1, -1]
            pipe(&ends)
            close(ends[0])
            #expect(write(ends[1], "x", 1) == -1 && errno == EPIPE)
            var folder = [CChar](repeating: 0, count: 10)
            #expect(getcwd(&folder, folder.count) != nil && folder[1] == 0)
        }
    }

    @Test("waits by a clock that nobody sets")
    func deadline() {
        #expect(Deadline.seconds(0).hasPassed && Deadline.seconds(0).milliseconds == 0)
        let hour = Deadline.seconds(3600)
        #expect(!hour.hasPassed && (3_590_000...3_600_000).contains(hour.milliseconds))
        #expect(hour.earlier(.seconds(0)).hasPassed && Deadline.seconds(0).earlier(hour).hasPassed)
        let soon = Deadline.seconds(0.05)
        let taken = seconds { soon.pause(milliseconds: 10_000) }
        #expect(taken < 5 && soon.hasPassed)
    }
}

@_silgen_name("prctl") private func prctl_(_ option: Int32, _: UInt, _: UInt, _: UInt, _: UInt) -> Int32
