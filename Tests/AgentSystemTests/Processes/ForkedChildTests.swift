import Glibc
import Testing

@testable import AgentSystem

/// fork(2) without exec is sound only in a process with one thread: each test is a process of its own.
@Suite("code in a child") struct ForkedChildTests {
    @Test("gives its bytes back, many or none")
    func reply() async {
        await #expect(processExitsWith: .success) {
            #expect(try inChild("think") { [1, 2, 3] } == [1, 2, 3])
            #expect(try inChild("think") { [] } == [])
            // More than a pipe holds.
            let many = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
            #expect(try inChild("think") { many } == many)
        }
    }

    @Test("changes nothing here, and says nothing on these streams")
    func apart() async throws {
        let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent, \.standardErrorContent]) {
            var here = 1
            let there = try inChild("think") {
                here = 2
                write(1, "to stdout", 9)
                write(2, "to stderr", 9)
                var byte: UInt8 = 0
                return [UInt8(here), read(0, &byte, 1) == 0 ? 1 : 0, getpid() == getpgrp() ? 1 : 0]
            }
            // Its input is empty, and it leads a group of its own.
            #expect(there == [2, 1, 1])
            #expect(here == 1)
        }
        #expect(!String(decoding: result.standardOutputContent, as: UTF8.self).contains("to stdout"))
        #expect(!String(decoding: result.standardErrorContent, as: UTF8.self).contains("to stderr"))
    }

    @Test("is stopped at its deadline, with what it started")
    func deadline() async {
        await #expect(processExitsWith: .success) {
            var ends: [Int32] = [-1, -1]
            pipe(&ends)
            let taken = seconds {
                let failed = fault {
                    _ = try inChild("ask a module", seconds: 0.3) {
                        // A child of the child, that both hold the pipe open.
                        var pid = fork_()
                        if pid == 0 { pid = getpid() }
                        while true { pause() }
                    }
                }
                #expect(failed.message.hasPrefix("cannot ask a module: it took longer than "))
            }
            #expect(taken < 5)
            // With everybody gone, the pipe has no writer left.
            close(ends[1])
            var polled = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
            #expect(poll(&polled, 1, 5000) == 1 && polled.revents & Int16(POLLHUP) != 0)
        }
    }

    @Test("that dies costs that request alone", arguments: [SIGSEGV, SIGKILL, SIGABRT])
    func crash(_ signal: Int32) async {
        // The body of an exit test takes nothing with it.
        switch signal {
        case SIGSEGV: await #expect(processExitsWith: .success) { Self.expectDeath(SIGSEGV) }
        case SIGKILL: await #expect(processExitsWith: .success) { Self.expectDeath(SIGKILL) }
        default: await #expect(processExitsWith: .success) { Self.expectDeath(SIGABRT) }
        }
    }

    private static func expectDeath(_ signal: Int32) {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), &none)
        let failed = fault {
            _ = try inChild("ask a module", seconds: 10) {
                Glibc.signal(signal, SIG_DFL)
                kill(getpid(), signal)
                return [1]
            }
        }
        #expect(failed.message == "cannot ask a module: the process that did it died")
    }

    @Test("may say so much and no more")
    func limit() async {
        await #expect(processExitsWith: .success) {
            #expect(try inChild("think", limit: 1000) { [UInt8](repeating: 7, count: 1000) }.count == 1000)
            for size in [1001, 1_000_000] {
                let failed = fault { _ = try inChild("think", limit: 1000) { [UInt8](repeating: 7, count: size) } }
                #expect(failed.message == "cannot think: there is more than 1000 bytes of it")
            }
        }
    }

    @Test("fails here with its own reason")
    func faults() async {
        await #expect(processExitsWith: .success) {
            #expect(try ChildReply.of("read x") { () throws(Fault) in [0, 1] } == [0, 1])
            #expect(try ChildReply.of("read x") { () throws(Fault) in [] } == [])
            let failed = fault {
                _ = try ChildReply.of("read x") { () throws(Fault) -> [UInt8] in throw Fault("open y", cause: "it is a link\n\u{1b}") }
            }
            #expect(failed.message == "cannot read x: it is a link\\x0a\\x1b")
        }
    }
}

/// fork(2), by its name in the C library: Swift hides it.
@_silgen_name("fork") private func fork_() -> pid_t
