internal import AgentCore
internal import Glibc

/// The root file system of a rescue shell, which the kernel or systemd left mounted read-only.
final class RootMount {
    /// Made writable by this, and to be made read-only again.
    private(set) var isChanged = false

    /// mount(8) rather than mount(2): it keeps the other options.
    func makeWritable(_ guest: Guest) throws(Fault) {
        try guest.processes.require(Command(.mount, ["-o", "remount,rw", "/"]))
        isChanged = true
    }

    /// What was written is on the disk when this returns.
    func makeReadOnly(_ guest: Guest) throws(Fault) {
        sync()
        try guest.processes.require(Command(.mount, ["-o", "remount,ro", "/"]))
        isChanged = false
    }
}
