internal import AgentCore
internal import CLinux
internal import Glibc

/// Runs programs. An injected value: tests put a recorder or a refusal in its place.
package struct Processes: Sendable {
    /// Starts all of them, then waits for all: they run side by side.
    package var runTogether: @Sendable ([Command]) -> [Result<Outcome, Fault>]

    package init(runTogether: @escaping @Sendable ([Command]) -> [Result<Outcome, Fault>]) {
        self.runTogether = runTogether
    }

    /// Real ones, found in the fixed directories of `Tool`.
    package static let system = searching(Tool.directories)

    /// Real ones, found in these directories.
    package static func searching(_ directories: [String]) -> Processes {
        Processes { Child.runTogether($0, from: directories) }
    }

    package func run(_ command: Command) throws(Fault) -> Outcome {
        try runTogether([command])[0].get()
    }

    /// Runs it and takes any end but success for a fault.
    @discardableResult
    package func require(_ command: Command) throws(Fault) -> Outcome {
        let outcome = try run(command)
        guard outcome.succeeded else { throw Fault("run \(command.call.commandLine)", cause: outcome.explanation) }
        return outcome
    }
}

/// Where the program is, in the first of the directories that has it.
func location(of tool: Tool, in directories: [String] = Tool.directories) throws(Fault) -> String {
    for directory in directories {
        let path = "\(directory)/\(tool.rawValue)"
        if access(path, X_OK) == 0 { return path }
    }
    throw Fault("run \(tool.rawValue)", cause: "it is not installed (Debian package \(tool.debianPackage))")
}

/// A started process with pipes on its standard streams.
struct Child: ~Copyable {
    private let pid: pid_t
    private let input: Descriptor
    private let output: Descriptor
    private let errors: Descriptor

    init(spawning command: Command, from directories: [String]) throws(Fault) {
        let path = try location(of: command.call.tool, in: directories)
        let standardInput = try Pipe()
        let standardOutput = try Pipe()
        let standardError = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, standardInput.reading.raw, 0)
        posix_spawn_file_actions_adddup2(&actions, standardOutput.writing.raw, 1)
        posix_spawn_file_actions_adddup2(&actions, standardError.writing.raw, 2)
        vma_spawn_close_from(&actions, 3)

        // A group of its own, so that a deadline ends its children too; signals as a program expects them.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        var arguments = ([command.call.tool.rawValue] + command.call.arguments).map { strdup($0) } + [nil]
        var environment = command.environment.map { strdup($0) } + [nil]
        defer { (arguments + environment).forEach { free($0) } }

        var pid: pid_t = 0
        let code = try inNetworkNamespace(command.networkNamespace) {
            posix_spawn(&pid, path, &actions, &attributes, &arguments, &environment)
        }
        guard code == 0 else { throw Fault("start \(path)", errno: code) }
        self.pid = pid
        input = standardInput.keepWriting()
        output = standardOutput.keepReading()
        errors = standardError.keepReading()
    }

    /// Starts each, then feeds and reaps them, the last one first. One that has ended waits for its turn at no harm; one that says
    /// more than a pipe holds waits until it is read.
    static func runTogether(_ commands: [Command], from directories: [String]) -> [Result<Outcome, Fault>] {
        guard let first = commands.first else { return [] }
        let rest = Array(commands.dropFirst())
        let deadline = Deadline.seconds(first.seconds)
        let child: Child
        do throws(Fault) {
            child = try Child(spawning: first, from: directories)
        } catch {
            return [.failure(error)] + runTogether(rest, from: directories)
        }
        let others = runTogether(rest, from: directories)
        do throws(Fault) {
            return [.success(try child.finish(input: first.input, limit: first.outputLimit, by: deadline))] + others
        } catch {
            return [.failure(error)] + others
        }
    }

    /// Feeds it, collects what it says and reaps it; at the deadline it and its group are killed.
    consuming func finish(input secret: Secret?, limit: Int, by deadline: Deadline) throws(Fault) -> Outcome {
        var exchange = Exchange(input: input.raw, outputs: [output.raw, errors.raw], limit: limit)
        let pidfd = Descriptor(owning: try retrying("watch a process") { vma_pidfd_open(pid) })
        let ended = exchange.run(secret: secret, until: pidfd.raw, deadline)
        if !ended { kill(-pid, SIGKILL) }
        // Killed is soon dead, unless it hangs in the kernel: then it is left to init rather than waited for.
        let status = reap(pid, by: ended ? .seconds(5) : .seconds(2))
        let end: Outcome.End =
            switch status {
            case _ where !ended: StopRequest.pending == nil ? .timedOut : .stopped
            case .some(let status) where status & 0x7f == 0: .exited((status >> 8) & 0xff)
            case .some(let status): .killed(signal: status & 0x7f)
            case .none: .timedOut
            }
        return Outcome(end: end, output: exchange.collected[0], errors: exchange.collected[1])
    }
}

/// waitpid(2) with an end. The wait status; nil if it is not dead by then.
func reap(_ pid: pid_t, by deadline: Deadline) -> Int32? {
    var status: Int32 = 0
    while true {
        let result = waitpid(pid, &status, WNOHANG)
        if result == pid { return status }
        if result == -1, errno != EINTR { return nil }
        if deadline.hasPassed { return nil }
        deadline.pause(milliseconds: 2)
    }
}

/// Runs `body` with this thread in another network namespace; children it starts stay there.
private func inNetworkNamespace(_ namespace: Int32?, _ body: () -> Int32) throws(Fault) -> Int32 {
    guard let namespace else { return body() }
    let own = Descriptor(owning: try retrying("open the network namespace") { open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC) })
    _ = try retrying("enter the network namespace") { vma_enter_network(namespace) }
    let result = body()
    _ = try retrying("leave the network namespace") { vma_enter_network(own.raw) }
    return result
}
