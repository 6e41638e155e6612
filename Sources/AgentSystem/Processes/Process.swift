internal import CLinux
internal import Glibc

/// This process itself.
package enum Process {
    /// What holds for a process that holds secrets: no core file, nobody attaches, what it makes is root's alone, and a reader that
    /// goes away is an error like another.
    package static func harden() {
        hardenInPlace()
        _ = chdir("/")
    }

    /// As `harden`, where paths of the caller's are still to be opened.
    package static func hardenInPlace() {
        vma_forbid_dumps()
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), &none)
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
    }
}
