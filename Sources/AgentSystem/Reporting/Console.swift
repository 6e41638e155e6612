internal import Glibc
internal import Synchronization

/// The system's console, where a run's events are told as well: who has no login may have that.
///
/// Never waits long for a serial line that nobody reads: a line is given half a second, the console two seconds in all; then it is
/// left alone.
package final class Console: Sendable {
    private let raw: Int32
    /// Milliseconds of waiting that are left.
    private let budget = Mutex<Int32>(2000)

    package init(path: String = "/dev/console") {
        raw = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    }

    deinit {
        if raw >= 0 { close(raw) }
    }

    package func write(_ line: String) {
        guard raw >= 0 else { return }
        budget.withLock { write(line, &$0) }
    }

    private func write(_ line: String, _ budget: inout Int32) {
        // A terminal in raw mode does no carriage return of its own.
        var rest = Array((line + "\r\n").utf8)[...]
        let deadline = Deadline.seconds(0.5)
        while !rest.isEmpty, budget > 0, !deadline.hasPassed {
            let count = rest.withUnsafeBytes { Glibc.write(raw, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var polled = pollfd(fd: raw, events: Int16(POLLOUT), revents: 0)
                let step = min(deadline.milliseconds, 100)
                if poll(&polled, 1, step) == 0 { budget -= step }
            } else if errno != EINTR {
                budget = 0
            }
        }
    }
}
