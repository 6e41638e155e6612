internal import Glibc
internal import Synchronization

/// Where a person reads: a terminal, or a pipe.
package final class Screen: Sendable {
    private let output: Int32
    /// Nobody takes what is written: for now, no more is.
    private let isDeaf = Mutex(false)

    package init(_ output: Int32) {
        self.output = output
    }

    package func show(_ line: String) { write(Array("\(line)\n".utf8)) }

    /// As much as somebody takes within a minute; a terminal that was stopped by Ctrl-S is waited for, one that is gone is not.
    package func write(_ bytes: [UInt8]) {
        isDeaf.withLock { isDeaf in
            var rest = bytes[...]
            let deadline = Deadline.seconds(isDeaf ? 0 : 60)
            isDeaf = false
            while !rest.isEmpty, !isDeaf {
                var polled = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
                if poll(&polled, 1, min(deadline.milliseconds, StopRequest.interval)) == 0 {
                    isDeaf = deadline.hasPassed || StopRequest.pending != nil
                    continue
                }
                // Little at once: where there is room for one byte, a longer write would wait for the rest of it.
                let count = rest.prefix(64).withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
                if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR && errno != EAGAIN { isDeaf = true }
            }
        }
    }
}
