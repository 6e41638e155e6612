internal import Glibc
internal import Synchronization

/// One run at a time, flock(2): gone with its holder, however that ends.
package struct RunLock: ~Copyable {
    private let file: Descriptor
    /// The lock's descriptor in this process; -1: there is none.
    private static let held = Atomic<Int32>(-1)

    /// In a forked child: it shares the lock, and one that cannot be killed would hold it long after the run.
    static func forget() {
        let raw = held.exchange(-1, ordering: .relaxed)
        if raw != -1 { close(raw) }
    }

    /// Waits until nobody else holds it.
    ///
    /// - Throws: a fault that names the holder, when `seconds` have passed.
    package init(_ guest: Guest, seconds: Double) throws(Fault) {
        let path = "\(guest.state)/lock"
        let file = try guest.root.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
        let deadline = Deadline.seconds(seconds)
        var toldWaiting = false
        while flock(file.raw, LOCK_EX | LOCK_NB) == -1 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw Fault("lock \(path)", errno: errno) }
            let holder = String(decoding: (try? guest.root.read(path)) ?? [], as: UTF8.self)
            let words = "another run is under way (process \(holder.isEmpty ? "unknown" : holder))"
            if let reason = StopRequest.pending { throw Fault("begin", cause: reason.words) }
            if deadline.hasPassed { throw Fault("begin", cause: "\(words); try again when it has ended") }
            if !toldWaiting {
                guest.log.event("\(words); waiting for it")
                toldWaiting = true
            }
            deadline.pause(milliseconds: 50)
        }
        _ = try retrying("write \(path)") { ftruncate(file.raw, 0) }
        try file.writeAll(Array("\(getpid())".utf8), naming: path)
        Self.held.store(file.raw, ordering: .relaxed)
        self.file = file
    }

    deinit { Self.held.store(-1, ordering: .relaxed) }
}
