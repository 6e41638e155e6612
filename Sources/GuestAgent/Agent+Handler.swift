import AgentCore
import AgentSystem
import Glibc

extension Agent {
    /// Under the Azure agent: its folder and its variables are read here, and nowhere below.
    func handler(_ command: HandlerCommand) throws -> ExitCode {
        let context = HandlerContext(
            folder: Self.currentFolder() ?? "", sequence: Self.variable("ConfigSequenceNumber"),
            updatingFrom: Self.variable("AZURE_GUEST_AGENT_UPDATING_FROM_VERSION"))
        // The Azure agent kills at 300 s. This leaves time to take back what was begun and to say the last word.
        StopRequest.watch(seconds: 200)
        let guest = try prepare(log: .machine(console: Console()))
        return Handler(guest, context) { Terminal.write("vmaccess-agent: \(ForeignText($0).escaped(limit: 1000))\n") }.run(command)
    }

    private static func currentFolder() -> String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
