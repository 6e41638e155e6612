internal import CLinux
internal import Glibc

/// Runs Swift code in a child process that a deadline can end: what may hang (a module of PAM, somebody's FUSE home) or must run
/// as somebody else costs that request alone.
///
/// The child inherits memory, so nothing has to be handed to it; what it returns comes back over a pipe, at most `limit` bytes.
/// The process has one thread in production, which is what makes fork(2) without exec sound.
///
/// - Throws: a fault where the child dies, overruns the deadline or says too much.
func inChild(
    _ doing: String, seconds: Double = 20, limit: Int = 4 << 20, _ body: () -> [UInt8]
) throws(Fault) -> [UInt8] {
    let pipe = try Pipe()
    fflush(nil)
    let pid = try retrying("fork") { vma_fork() }
    if pid == 0 {
        vma_die_with_parent()
        signal(SIGTERM, SIG_DFL)
        StopRequest.forget()
        RunLock.forget()
        setpgid(0, 0)
        silenceStreams()
        let result = body()
        do throws(Fault) {
            try pipe.writing.writeAll(result, naming: "a pipe")
            _exit(0)
        } catch {
            _exit(1)
        }
    }
    let reading = pipe.keepReading()
    var exchange = Exchange(input: -1, outputs: [reading.raw], limit: limit + 1)
    let pidfd = Descriptor(owning: try retrying("watch a process") { vma_pidfd_open(pid) })
    let ended = exchange.run(secret: nil, until: pidfd.raw, .seconds(seconds))
    if !ended {
        kill(-pid, SIGKILL)
        kill(pid, SIGKILL)
    }
    let status = reap(pid, by: ended ? .seconds(5) : .seconds(2))
    if !ended, status == nil { StuckChild.handOver(pid) }
    if !ended, let reason = StopRequest.pending { throw Fault(doing, cause: reason.words) }
    guard ended else { throw Fault(doing, cause: "it took longer than \(Int(seconds)) s and was stopped", code: ETIMEDOUT) }
    guard let status, status == 0 else { throw Fault(doing, cause: "the process that did it died") }
    guard exchange.collected[0].count <= limit else { throw Fault(doing, cause: "there is more than \(limit) bytes of it") }
    return exchange.collected[0]
}

/// Libraries that run in a child may write to its streams; nobody asked them to.
private func silenceStreams() {
    let nothing = open("/dev/null", O_RDWR)
    for stream in Int32(0)...2 { dup2(nothing, stream) }
    if nothing > 2 { close(nothing) }
}
