internal import Glibc

/// A point on the monotonic clock until which something may take. Every wait has one.
package struct Deadline: Sendable {
    private let nanoseconds: UInt64

    package static func seconds(_ seconds: Double) -> Deadline {
        Deadline(nanoseconds: now() + UInt64(seconds * 1e9))
    }

    /// Whichever comes first.
    package func earlier(_ other: Deadline) -> Deadline {
        Deadline(nanoseconds: min(nanoseconds, other.nanoseconds))
    }

    package var hasPassed: Bool { Deadline.now() >= nanoseconds }

    /// What is left, for poll(2), rounded up; 0 when it has passed.
    package var milliseconds: Int32 {
        let now = Deadline.now()
        guard nanoseconds > now else { return 0 }
        return Int32(clamping: (nanoseconds - now + 999_999) / 1_000_000)
    }

    /// Waits a little, not past the deadline.
    package func pause(milliseconds: Int32) {
        _ = poll(nil, 0, min(milliseconds, self.milliseconds))
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
