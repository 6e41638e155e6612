import CLinux
import Glibc
import Testing

@testable import AgentSystem

@Suite("an exchange with a process") struct ExchangeTests {
    @Test("is over at its deadline also where an output is never empty, and keeps no more than it may")
    func endless() async {
        // A process of its own, which the alarm ends should the exchange not.
        await #expect(processExitsWith: .success) {
            alarm(20)
            // It can be read without end, and the process behind it, this one, does not end.
            let zero = Descriptor(owning: open("/dev/zero", O_RDONLY | O_CLOEXEC))
            let own = Descriptor(owning: vma_pidfd_open(getpid()))
            var exchange = Exchange(input: -1, outputs: [zero.raw], limit: 1000)
            var ended = true
            let taken = seconds { ended = exchange.run(secret: nil, until: own.raw, .seconds(0.3)) }
            #expect(!ended && taken < 10)
            #expect(exchange.collected == [[UInt8](repeating: 0, count: 1000)])
        }
    }

    @Test("is done when the process has ended, with what its outputs still hold")
    func ended() async {
        await #expect(processExitsWith: .success) {
            alarm(20)
            let pipe = try Pipe()
            let pid = vma_fork()
            if pid == 0 {
                write(pipe.writing.raw, "last words", 10)
                _exit(0)
            }
            let pidfd = Descriptor(owning: vma_pidfd_open(pid))
            var polled = pollfd(fd: pidfd.raw, events: Int16(POLLIN), revents: 0)
            poll(&polled, 1, 10_000)
            // Dead already, and the deadline passed: what was said before that counts all the same.
            var exchange = Exchange(input: -1, outputs: [pipe.reading.raw], limit: 1000)
            let ended = exchange.run(secret: nil, until: pidfd.raw, .seconds(0))
            #expect(ended && exchange.collected == [Array("last words".utf8)])
        }
    }
}
