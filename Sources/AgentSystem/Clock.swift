internal import Glibc

/// The time of day, for what people and other programs read. Waits go by `Deadline`, which no change of it moves.
package struct Clock: Sendable {
    /// Seconds since 1970-01-01 UTC.
    package var now: @Sendable () -> Int

    package init(now: @escaping @Sendable () -> Int) {
        self.now = now
    }

    package static let system = Clock { time(nil) }

    /// Days since 1970-01-01, the unit of shadow(5).
    package var today: Int { now() / 86400 }

    /// `2026-01-31T10:00:00Z`.
    package var timestamp: String { timestamp(of: now()) }

    /// The same for a moment in seconds since 1970-01-01 UTC.
    func timestamp(of moment: Int) -> String { format("%Y-%m-%dT%H:%M:%SZ", moment, gmtime_r) }

    /// `20260131T100000Z`, for names that sort by time.
    package var compactTimestamp: String { format("%Y%m%dT%H%M%SZ", now(), gmtime_r) }

    /// Local time as `YYYYMMDDHHMMSS`, the form of sshd's `expiry-time` (sshd(8)).
    package func localTime(in seconds: Int) -> String { format("%Y%m%d%H%M%S", now() + seconds, localtime_r) }

    private func format(
        _ pattern: String, _ moment: Int,
        _ parts: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> UnsafeMutablePointer<tm>?
    ) -> String {
        var moment = time_t(moment)
        var fields = tm()
        guard parts(&moment, &fields) != nil else { return "" }
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, pattern, &fields)
        return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
