import AgentCore
import CLinux
import Glibc
import Testing

@testable import AgentSystem

/// fork(2) without exec is sound only in a process with one thread: each test is a process of its own.
@Suite("code in a child") struct ForkedChildTests {
    @Test("gives its bytes back, many or none")
    func reply() async {
        await #expect(processExitsWith: .success) {
            let few = try inChild("think") { [1, 2, 3] }
            #expect(few == [1, 2, 3])
            let none = try inChild("think") { [] }
            #expect(none == [])
            // More than a pipe holds.
            let many = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
            let reply = try inChild("think") { many }
            #expect(reply == many)
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
                        _ = vma_fork()
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
                // This thread may have it blocked.
                var none = sigset_t()
                sigemptyset(&none)
                sigprocmask(SIG_SETMASK, &none, nil)
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
            let most = try inChild("think", limit: 1000) { [UInt8](repeating: 7, count: 1000) }
            #expect(most.count == 1000)
            for size in [1001, 1_000_000] {
                let failed = fault { _ = try inChild("think", limit: 1000) { [UInt8](repeating: 7, count: size) } }
                #expect(failed.message == "cannot think: there is more than 1000 bytes of it")
            }
        }
    }

    @Test("fails here with its own reason")
    func faults() async {
        await #expect(processExitsWith: .success) {
            let home = ForeignText("/x")
            let two = try ChildReply.of("read x", in: home) { () throws(Fault) in [0, 1] }
            let none = try ChildReply.of("read x", in: home) { () throws(Fault) in [] }
            #expect(two == [0, 1] && none == [])
            let failed = fault {
                _ = try ChildReply.of("read x", in: home) { () throws(Fault) -> [UInt8] in
                    throw Fault("open y", cause: "it is a link\n\u{1b}")
                }
            }
            #expect(failed.message == "cannot read x: it is a link\\x0a\\x1b")
        }
    }

    @Test("is not asked again about a home that did not answer, until changes are to be taken back")
    func silent() async {
        await #expect(processExitsWith: .success) {
            let (home, other) = (ForeignText("/x"), ForeignText("/y"))
            let late = fault {
                _ = try ChildReply.of("read x", in: home, seconds: 1) { () throws(Fault) in
                    sleep(60)
                    return []
                }
            }
            #expect(late.message == "cannot read x: it took longer than 1 s and was stopped")
            let again = fault { _ = try ChildReply.of("look at x", in: home) { () throws(Fault) in [] } }
            #expect(again.message == "cannot look at x: it took longer than 1 s and was stopped")
            let another = try ChildReply.of("read y", in: other) { () throws(Fault) in [1] }
            #expect(another == [1])
            SilentHomes.forget()
            let back = try ChildReply.of("read x", in: home) { () throws(Fault) in [2] }
            #expect(back == [2])
        }
    }
}
