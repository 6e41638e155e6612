internal import Glibc

/// A killed child that a file system of somebody's holds in the kernel. It ends when that answers or goes, and is init's then.
enum StuckChild {
    /// Moves it out of the agent's own unit: that counts as running while a process is left in it, and no other request would be
    /// taken up before systemd has given up waiting, after twice its TimeoutStopSec.
    static func handOver(_ pid: pid_t) {
        let unit = TransientUnit(
            name: "vmaccess-agent-stuck-\(pid).scope",
            properties: [
                ("Description", .text("Held by a file system that does not answer")),
                ("CollectMode", .text("inactive-or-failed")),
                // A shutdown need not wait: it was killed already.
                ("TimeoutStopUSec", .long(1_000_000)), ("PIDs", .shorts([UInt32(pid)])),
            ])
        // Where systemd cannot be asked, nothing is worse than it was.
        try? unit.start(naming: "a process that hangs")
    }
}
