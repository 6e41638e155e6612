package import AgentCore

/// A program to run: no shell, an environment of its own, a deadline, bounded output.
package struct Command: Sendable {
    package let call: ToolCall
    /// Standard input; empty where nil. May be a secret.
    package var input: Secret?
    /// Whole environment. Locale C, so that words can be read.
    package var environment = ["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
    package var seconds: Double = 30
    /// Bytes of each of both outputs that are kept; the rest is read and dropped.
    package var outputLimit = 1 << 20
    /// A network namespace to run in, by descriptor.
    package var networkNamespace: Int32?

    package init(_ call: ToolCall) {
        self.call = call
    }

    package init(_ tool: Tool, _ arguments: [String]) {
        self.init(ToolCall(tool, arguments))
    }
}

/// How a program ended and what it said.
package struct Outcome: Sendable {
    package enum End: Hashable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
        case timedOut
        /// This agent is to stop, and ended it.
        case stopped
    }
    package let end: End
    package let output: [UInt8]
    package let errors: [UInt8]

    package init(end: End, output: [UInt8] = [], errors: [UInt8] = []) {
        self.end = end
        self.output = output
        self.errors = errors
    }

    package var succeeded: Bool { end == .exited(0) }

    /// The end in words, with the last line of what it said on standard error.
    package var explanation: String {
        let last = ForeignText(errors.split(separator: UInt8(ascii: "\n")).last ?? []).escaped()
        let words =
            switch end {
            case .exited(let code): "it ended with code \(code)"
            case .killed(let signal): "it was killed by signal \(signal)"
            case .timedOut: "it did not end in time"
            case .stopped: StopRequest.pending?.words ?? "it was stopped"
            }
        return last.isEmpty ? words : "\(last) (\(words))"
    }
}
