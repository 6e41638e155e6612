import AgentCore
import AgentSystem
import Glibc

// One thread, no globals: main reads the command line, builds the guest, and hands over.
let program = CommandLine.arguments.first ?? ""
// ssh runs this executable under another name to get a password; see Askpass.
if program.split(separator: "/").last.map(String.init) == Askpass.name {
    exit(Askpass.run(program: program, prompt: CommandLine.arguments.dropFirst().first ?? ""))
}
exit(Agent(Array(CommandLine.arguments.dropFirst())).run().rawValue)
