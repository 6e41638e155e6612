import AgentCore
import AgentSystem
import Glibc

// One thread, no globals: main reads the command line, builds the guest, and hands over.
// Swift has the command line from /proc, which a rescue shell may lack.
if CommandLine.arguments.isEmpty {
    Terminal.complain("/proc is not mounted. Type: mount -t proc proc /proc (and then this again)")
    exit(ExitCode.failure.rawValue)
}
let program = CommandLine.arguments.first ?? ""
// ssh runs this executable under another name to get a password; see Askpass.
if program.split(separator: "/").last.map(String.init) == Askpass.name {
    exit(Askpass.run(program: program, prompt: CommandLine.arguments.dropFirst().first ?? ""))
}
exit(Agent(Array(CommandLine.arguments.dropFirst())).run().rawValue)
