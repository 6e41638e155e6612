internal import AgentCore

/// This guest's own host keys, derived from the private halves that only root can read: what a listener must prove to have.
enum HostKeys {
    /// The name that the private known_hosts file and ssh's HostKeyAlias agree on.
    static let alias = "vmaccess-agent-guest"

    /// The contents of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
    ///
    /// - Throws: a fault where no host key can be read: then nothing that listens can be known to be this guest's.
    static func knownHosts(_ files: [String], _ processes: Processes) throws(Fault) -> [UInt8] {
        var lines: [String] = []
        var reasons: [String] = []
        let commands = files.map { Command(.sshKeygen, ["-y", "-P", "", "-f", $0]) }
        for (file, result) in zip(files, processes.runTogether(commands)) {
            switch result {
            case .success(let outcome) where outcome.succeeded:
                let words = String(decoding: outcome.output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
                if words.count >= 2 { lines.append("\(alias) \(words[0]) \(words[1])") }
            case .success(let outcome): reasons.append("\(file): \(outcome.explanation)")
            case .failure(let fault): reasons.append(fault.message)
            }
        }
        guard !lines.isEmpty else { throw Fault("read this machine's host keys", cause: reasons.joined(separator: "; ")) }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }
}
