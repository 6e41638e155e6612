import AgentCore
import AgentSystem
import Glibc

/// The verbs, wired to the guest.
struct Agent {
    private let arguments: [String]

    init(_ arguments: [String]) {
        self.arguments = arguments
    }

    func run() -> ExitCode {
        do {
            return try carryOut(CommandLineParser.parse(arguments))
        } catch let usage as UsageError {
            Terminal.complain(usage.message)
            return .usage
        } catch let fault as Fault {
            Terminal.complain(fault.message)
            return .failure
        } catch {
            Terminal.complain("unexpected: \(error)")
            return .failure
        }
    }

    private func carryOut(_ invocation: Invocation) throws -> ExitCode {
        switch invocation {
        case .help(let verb):
            Terminal.write(Help.text(verb))
            return .success
        case .version:
            Terminal.write("vmaccess-agent \(agentVersion)\n")
            return .success
        case .status(let name, let asJSON): return try status(name, asJSON: asJSON)
        case .transactions(let asJSON): return try transactions(asJSON: asJSON)
        case .undo(let id, let options, let asJSON): return try undo(id, options, asJSON: asJSON)
        case .apply(let input, let isDryRun, let proves, let asJSON):
            return try apply(input, isDryRun: isDryRun, proves: proves, asJSON: asJSON)
        case .diagnose(let question, let asJSON): return try diagnose(question, asJSON: asJSON)
        case .repair(let request, let asJSON): return try repair(request, asJSON: asJSON)
        case .run: return try drops()
        case .announce:
            let console = Console()
            let found = Announcement(try prepare(log: .machine(console: console))).gather()
            for line in found.lines { console.write(line) }
            console.write(found.machine)
            return .success
        case .collect(let what): return try collect(what)
        case .certificate: return try certificate()
        case .seal(let input, let path, let signer, let asCBC): return try seal(input, to: path, sign: signer, asCBC: asCBC)
        case .handler(let command): return try handler(command)
        case .console(let patience): return try console(patience)
        case .disk(let id): return try DiskRun(prepare(log: .machine(console: Console()))).run(id)
        case .recover:
            let guest = try prepare(log: .machine(console: Console()))
            _ = try RunLock(guest, seconds: 60)
            return Recovery(guest).run().isEmpty ? .success : .failure
        }
    }

    /// What every run that changes something begins with.
    func prepare(log: Log) throws -> Guest {
        guard geteuid() == 0 else { throw Fault("work on this machine", cause: "it takes root; try sudo vmaccess-agent") }
        Process.harden()
        let guest = Guest(root: try Root("/"), log: log)
        try guest.ensureFolders()
        return guest
    }

    private func apply(_ input: Invocation.Input, isDryRun: Bool, proves: Bool, asJSON: Bool) throws -> ExitCode {
        let guest = try prepare(log: isDryRun ? .silent : asJSON ? .quiet() : .terminal())
        let settings = try SettingsInput.read(input)
        // Ctrl-C takes back what was begun, instead of leaving it half done.
        StopRequest.watch(seconds: nil)
        let lock = try RunLock(guest, seconds: 300)
        Recovery(guest).run()
        var options = Runner.Options()
        options.isDryRun = isDryRun
        options.proves = proves
        var result = Runner(guest: guest, options: options, name: "apply").carryOut(settings)
        _ = consume lock
        if case .underWay(let job) = result {
            // Somebody sits there and wants to know; others need not wait for it.
            result = .report(job.wait(seconds: 8_640_000, guest) ?? job.meanwhile)
        }
        switch result {
        case .underWay: return .failure
        case .plan(let plan):
            Terminal.write(plan.lines.joined(separator: "\n") + "\n")
            return .success
        case .report(let report):
            if !isDryRun, report.verdict != .transitioning { try StatusFile(guest).write(report, for: nil) }
            if asJSON {
                Terminal.write(AzureStatus.document(report, timestamp: guest.clock.timestamp).pretty())
            } else if isDryRun {
                Terminal.complain(report.message)
            }
            if !isDryRun { guest.log.report(report, source: "apply") }
            return report.exitCode
        }
    }

    private func collect(_ what: Invocation.Collected) throws -> ExitCode {
        let guest = try prepare(log: .machine(console: Console()))
        do {
            switch what {
            case .credential: try Collector(guest).collectCredential(from: getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) })
            case .disk(let name): try Collector(guest).collectDisk(name)
            }
            return .success
        } catch {
            let words = (error as? Fault)?.message ?? (error as? Refusal)?.message ?? "unexpected: \(error)"
            guest.log.event("no settings are taken: \(words)", priority: 4)
            return error is Refusal ? .refused : .failure
        }
    }

    private func drops() throws -> ExitCode {
        // A stop of the unit or of the machine takes back, or finishes, what is in hand.
        StopRequest.watch(seconds: nil)
        let guest = try prepare(log: .machine(console: Console()))
        let lock = try RunLock(guest, seconds: 240)
        Recovery(guest).run()
        PutOffFolder(guest).run()
        // Each drop has so long; the unit's TimeoutStartSec= is longer by what it takes to take one back.
        let code = DropRunner(guest, beforeEach: { StopRequest.watch(seconds: 200) }).run()
        _ = consume lock
        return code
    }
}
