internal import AgentCore
internal import CLinux
internal import Glibc

/// pipe2(2), close-on-exec.
struct Pipe: ~Copyable {
    let reading: Descriptor
    let writing: Descriptor

    init() throws(Fault) {
        var ends: [Int32] = [-1, -1]
        _ = try retrying("make a pipe") { vma_pipe(&ends) }
        reading = Descriptor(owning: ends[0])
        writing = Descriptor(owning: ends[1])
    }

    consuming func keepReading() -> Descriptor { reading }
    consuming func keepWriting() -> Descriptor { writing }
}

/// Writes one secret to a child and reads its outputs at the same time, so that neither side waits for the other.
struct Exchange {
    private let input: Int32
    private let outputs: [Int32]
    private let limit: Int
    private(set) var collected: [[UInt8]]

    init(input: Int32, outputs: [Int32], limit: Int) {
        self.input = input
        self.outputs = outputs
        self.limit = limit
        collected = outputs.map { _ in [] }
    }

    /// Goes on until the process behind `pidfd` has ended and its pipes are drained, or the deadline passes.
    ///
    /// A grandchild that keeps a pipe open is not waited for.
    ///
    /// - Returns: whether the process ended; not where the deadline passed, or this process is to stop.
    mutating func run(secret: Secret?, until pidfd: Int32, _ deadline: Deadline) -> Bool {
        ([input] + outputs).forEach { _ = fcntl($0, F_SETFL, O_NONBLOCK) }
        var sent = 0
        var inputOpen = true
        var open = outputs.map { _ in true }
        while true {
            if inputOpen, sent == (secret?.count ?? 0) {
                // The write end goes with its owner; what the child sees is the end of its input, now.
                replaceByNothing(input)
                inputOpen = false
            }
            var polled = [pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)]
            polled.append(pollfd(fd: inputOpen ? input : -1, events: Int16(POLLOUT), revents: 0))
            for (index, fd) in outputs.enumerated() { polled.append(pollfd(fd: open[index] ? fd : -1, events: Int16(POLLIN), revents: 0)) }
            let ready = poll(&polled, nfds_t(polled.count), min(deadline.milliseconds, StopRequest.interval))
            if ready == 0, deadline.hasPassed || StopRequest.pending != nil { return false }
            if ready == -1, errno != EINTR { return false }
            guard ready > 0 else { continue }
            if polled[1].revents != 0, let secret {
                let count = secret.withBytes { write(input, $0.baseAddress! + sent, $0.count - sent) }
                if count > 0 { sent += count } else if errno != EINTR, errno != EAGAIN { sent = secret.count }
            }
            for index in outputs.indices where polled[index + 2].revents != 0 {
                open[index] = drain(index)
            }
            if polled[0].revents != 0 {
                for index in outputs.indices where open[index] { _ = drain(index) }
                return true
            }
            // Who never stops talking is over the deadline like another.
            if deadline.hasPassed || StopRequest.pending != nil { return false }
        }
    }

    /// Reads what is there now, but no more than a pipe can hold (pipe(7), 1 MiB): it may be filled as fast as it is read. Whether
    /// more may come.
    private mutating func drain(_ index: Int) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16384)
        var left = (1 << 20) + chunk.count
        while left > 0 {
            let count = read(outputs[index], &chunk, chunk.count)
            if count > 0 {
                left -= count
                let room = limit - collected[index].count
                if room > 0 { collected[index].append(contentsOf: chunk[..<min(count, room)]) }
            } else if count == 0 {
                return false
            } else if errno != EINTR {
                return errno == EAGAIN
            }
        }
        return true
    }

    /// Closes what the descriptor holds and keeps its number taken until its owner closes it.
    private func replaceByNothing(_ fd: Int32) {
        let nothing = Glibc.open("/dev/null", O_WRONLY | O_CLOEXEC)
        if nothing >= 0 {
            dup2(nothing, fd)
            _ = fcntl(fd, F_SETFD, FD_CLOEXEC)
            close(nothing)
        }
    }
}
