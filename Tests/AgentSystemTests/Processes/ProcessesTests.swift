import AgentCore
import Glibc
import Testing

@testable import AgentSystem

/// Real processes. The tools are links to programs that show how they were started: nobody's own are run.
@Suite("a program that is run") struct ProcessesTests {
    /// What a test needs of the system, under the name of a tool.
    private static let programs: [(Tool, String)] = [
        (.getent, "/bin/sh"), (.ip, "/usr/bin/env"), (.visudo, "/bin/cat"), (.sudo, "/bin/ls"), (.chage, "/bin/grep"), (.ssh, "/usr/bin/printf"),
    ]

    private static func with<Result>(_ body: (Processes) throws -> Result) throws -> Result {
        // Whoever closes its input early must not end this process; production ignores the signal as well.
        signal(SIGPIPE, SIG_IGN)
        return try Tree.with { tree in
            for (tool, program) in programs { try tree.link("/\(tool.rawValue)", to: program) }
            return try body(.searching(["\(tree.path)/none", tree.path]))
        }
    }

    private static func shell(_ script: String, seconds: Double = 20) -> Command {
        var command = Command(.getent, ["-c", script])
        command.seconds = seconds
        return command
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("tells both outputs and how it ended")
    func outcome() throws {
        try Self.with { processes in
            let done = try processes.run(Self.shell("echo out; echo err >&2"))
            #expect(done.end == .exited(0) && done.succeeded)
            #expect(Self.text(done.output) == "out\n" && Self.text(done.errors) == "err\n")
            let failed = try processes.run(Self.shell("exit 7"))
            #expect(failed.end == .exited(7) && !failed.succeeded)
            #expect(try processes.run(Self.shell("kill -KILL $$")).end == .killed(signal: SIGKILL))
            #expect(try processes.run(Self.shell("kill -TERM $$")).end == .killed(signal: SIGTERM))
        }
    }

    @Test("gets its arguments as they are: no shell reads them")
    func arguments() throws {
        try Self.with { processes in
            let words = ["a b", "", "$HOME", "*", "it's", "\\", "ü\n", ";"]
            let done = try processes.run(Command(.ssh, ["[%s]"] + words))
            #expect(Self.text(done.output) == words.map { "[\($0)]" }.joined())
        }
    }

    @Test("has the environment that is given, and nothing of the agent's own")
    func environment() throws {
        // There is something that could be inherited.
        #expect(getenv("PATH") != nil || getenv("HOME") != nil || getenv("USER") != nil)
        try Self.with { processes in
            #expect(Self.text(try processes.run(Command(.ip, [])).output) == "LC_ALL=C\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n")
            var command = Command(.ip, [])
            command.environment = ["A=b c", "B="]
            #expect(Self.text(try processes.run(command).output) == "A=b c\nB=\n")
        }
    }

    @Test("inherits no descriptor beside its three streams")
    func descriptors() throws {
        // One that would be inherited: it is not close-on-exec.
        let open = fcntl(1, F_DUPFD, 300)
        try #require(open >= 300)
        defer { close(open) }
        try Self.with { processes in
            // 3 is the one that ls lists with.
            #expect(Self.text(try processes.run(Command(.sudo, ["/proc/self/fd"])).output) == "0\n1\n2\n3\n")
        }
    }

    @Test("starts with no signal blocked or ignored")
    func signals() throws {
        try Self.with { processes in
            let done = try processes.run(Command(.chage, ["-E", "^Sig(Blk|Ign)", "/proc/self/status"]))
            #expect(Self.text(done.output) == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n")
        }
    }

    @Test("leads a group of its own")
    func group() throws {
        try Self.with { processes in
            // proc(5), stat: pid, name, state, parent, group.
            let done = try processes.run(Self.shell("read pid name state parent group rest < /proc/self/stat; echo $((pid == group))"))
            #expect(Self.text(done.output) == "1\n")
        }
    }

    @Test("is given a secret on standard input, and its end", arguments: [0, 1, 65536, 65537, 1_000_000])
    func input(_ size: Int) throws {
        try Self.with { processes in
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13) }
            // cat gives it back while it is still being written: neither side may wait for the other.
            var command = Command(.visudo, [])
            command.input = Secret(copying: bytes)
            command.outputLimit = 2 << 20
            let done = try processes.run(command)
            #expect(done.succeeded && done.output == bytes)
        }
    }

    @Test("has an empty standard input without one")
    func noInput() throws {
        try Self.with { processes in
            let done = try processes.run(Command(.visudo, []))
            #expect(done.succeeded && done.output.isEmpty)
        }
    }

    @Test("need not read what it is given")
    func unreadInput() throws {
        try Self.with { processes in
            var command = Self.shell("exec 0<&-; echo done")
            command.input = Secret(copying: [UInt8](repeating: 1, count: 1_000_000))
            let done = try processes.run(command)
            #expect(done.succeeded && Self.text(done.output) == "done\n")
        }
    }

    @Test("may say more than is kept, and still ends")
    func outputLimit() throws {
        try Self.with { processes in
            var command = Self.shell("head -c 3000000 /dev/zero; head -c 500000 /dev/zero >&2; echo end >&2; exit 3")
            command.outputLimit = 1000
            let done = try processes.run(command)
            #expect(done.end == .exited(3) && done.output.count == 1000 && done.errors.count == 1000)
        }
    }

    @Test("is over at its deadline, and all that it started with it")
    func deadline() throws {
        try Self.with { processes in
            var outcome: Outcome?
            let taken = try seconds { outcome = try processes.run(Self.shell("sleep 300 & echo $!; wait", seconds: 0.4)) }
            #expect(outcome?.end == .timedOut)
            #expect(taken < 5)
            let child = try #require(outcome.flatMap { pid_t(Self.text($0.output).dropLast()) })
            #expect(Self.isGone(child))
        }
    }

    /// Whether a process is dead, or soon is; who reaps it is not ours to say.
    private static func isGone(_ pid: pid_t) -> Bool {
        let deadline = Deadline.seconds(5)
        while !deadline.hasPassed {
            guard let stat = try? Root("/proc/\(pid)").read("/stat"), let stat else { return true }
            // The state stands behind the name in parentheses.
            if text(stat).split(separator: ")").last?.hasPrefix(" Z") == true { return true }
            deadline.pause(milliseconds: 10)
        }
        return false
    }

    @Test("is over at its deadline also while it never stops talking", arguments: ["yes", "yes >&2", "yes & yes >&2"])
    func endless(_ script: String) throws {
        try Self.with { processes in
            var outcome: Outcome?
            let taken = try seconds { outcome = try processes.run(Self.shell(script, seconds: 0.4)) }
            #expect(outcome?.end == .timedOut)
            #expect(taken < 5)
        }
    }

    @Test("is done when it ends: a grandchild that keeps its outputs open is not waited for")
    func grandchild() throws {
        try Self.with { processes in
            var outcome: Outcome?
            let taken = try seconds { outcome = try processes.run(Self.shell("sleep 300 & echo $!")) }
            #expect(outcome?.end == .exited(0))
            #expect(taken < 5)
            let child = try #require(outcome.flatMap { pid_t(Self.text($0.output).dropLast()) })
            #expect(kill(child, SIGKILL) == 0)
        }
    }

    @Test("is done when it ends, also where a grandchild never stops talking")
    func talkingGrandchild() throws {
        try Self.with { processes in
            var outcome: Outcome?
            let taken = try seconds { outcome = try processes.run(Self.shell("yes & echo $! >&2")) }
            #expect(outcome?.end == .exited(0))
            #expect(taken < 5)
            let child = try #require(outcome.flatMap { pid_t(Self.text($0.errors).dropLast()) })
            kill(child, SIGKILL)
        }
    }

    @Test("runs beside others, and each has its own end, in order")
    func together() throws {
        try Self.with { processes in
            try Tree.with { tree in
                try tree.fifo("/meet")
                // Each waits for the other.
                let one = Self.shell("echo hello > \(tree.path)/meet; echo one")
                let two = Self.shell("cat \(tree.path)/meet; exit 2")
                let results = processes.runTogether([one, Command(.useradd, []), two, Self.shell("exit 4", seconds: 5)])
                try #require(results.count == 4)
                #expect(Self.text(try results[0].get().output) == "one\n")
                #expect(throws: Fault.self) { try results[1].get() }
                #expect(try results[2].get().end == .exited(2) && Self.text(try results[2].get().output) == "hello\n")
                #expect(try results[3].get().end == .exited(4))
                #expect(processes.runTogether([]).isEmpty)
            }
        }
    }

    @Test("says a lot beside another that takes its time, and loses nothing")
    func togetherWithMuchOutput() throws {
        try Self.with { processes in
            // The first fills its pipe and has to wait for its turn, past its own deadline.
            let results = processes.runTogether([Self.shell("head -c 500000 /dev/zero", seconds: 0.3), Self.shell("sleep 0.6")])
            let first = try results[0].get()
            #expect(first.end == .exited(0) || first.end == .timedOut)
            #expect(try results[1].get().succeeded)
        }
    }

    @Test("comes from the first of the directories that has it, or is said to be missing, with its package")
    func location() throws {
        try Tree.with { tree in
            try tree.folder("/a")
            try tree.folder("/b")
            try tree.link("/a/getent", to: "/bin/cat")
            try tree.link("/b/getent", to: "/bin/echo")
            try tree.link("/b/ip", to: "/none")
            let processes = Processes.searching(["\(tree.path)/a", "\(tree.path)/b"])
            #expect(try processes.run(Command(.getent, [])).output.isEmpty)
            #expect(fault { _ = try processes.run(Command(.ip, [])) }.message == "cannot run ip: it is not installed (Debian package iproute2)")
            #expect(
                fault { _ = try processes.run(Command(.sudo, [])) }.message == "cannot run sudo: it is not installed (Debian package sudo)")
        }
    }

    @Test("that is required to succeed tells why it did not, in its own last words")
    func require() throws {
        try Self.with { processes in
            #expect(try processes.require(Self.shell("echo yes")).succeeded)
            let failed = fault { _ = try processes.require(Self.shell("echo first >&2; printf 'bad \\033[2J\\n' >&2; exit 9")) }
            #expect(failed.cause == "bad \\x1b[2J (it ended with code 9)")
            #expect(failed.doing.hasPrefix("run getent -c 'echo first"))
        }
    }

    @Test(
        "explains its end",
        arguments: [
            (.exited(1), "", "it ended with code 1"), (.killed(signal: 9), "", "it was killed by signal 9"),
            (.timedOut, "", "it did not end in time"), (.exited(1), "a\nb\n", "b (it ended with code 1)"),
            (.exited(1), "\n\n", "it ended with code 1"), (.timedOut, "x\r\n", "x\\x0d (it did not end in time)"),
        ] as [(Outcome.End, String, String)])
    func explanation(_ end: Outcome.End, _ errors: String, _ words: String) {
        #expect(Outcome(end: end, errors: Array(errors.utf8)).explanation == words)
    }
}
