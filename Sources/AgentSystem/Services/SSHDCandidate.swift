internal import AgentCore
internal import Glibc

/// A copy of sshd's configuration with a change made, in a private folder, for sshd to judge before anything is touched.
///
/// The main file's `Include` lines are made to name copies; the line numbers stay what they are. Host keys do not take part: a key
/// of the copy's own stands in, since `sshd -t` fails where none can be read.
struct SSHDCandidate {
    private let guest: Guest
    private let change: ConfigurationChange

    init(_ guest: Guest, _ change: ConfigurationChange) {
        self.guest = guest
        self.change = change
    }

    func verdict() -> CandidateVerdict {
        do throws(Fault) {
            return try Self.verdict(ask([["-t"]])[0])
        } catch {
            return .unknown(error.message)
        }
    }

    func effective(_ connection: Connection) -> Known<EffectiveConfiguration> {
        do throws(Fault) {
            return try Self.effective(ask([["-T", "-C", connection.specification]])[0])
        } catch {
            return .unknown(error.message)
        }
    }

    /// Both questions side by side, about one copy.
    func verdict(and connection: Connection) -> (CandidateVerdict, Known<EffectiveConfiguration>) {
        do throws(Fault) {
            let answers = try ask([["-t"], ["-T", "-C", connection.specification]])
            return (Self.verdict(answers[0]), Self.effective(answers[1]))
        } catch {
            return (.unknown(error.message), .unknown(error.message))
        }
    }

    private typealias Word = (outcome: Outcome, messages: SSHDMessages)

    private static func verdict(_ word: Word) -> CandidateVerdict {
        let (outcome, messages) = word
        if outcome.succeeded { return .accepted }
        guard let reason = messages.reason else { return .unknown("sshd -t: \(outcome.explanation)") }
        switch reason.subject {
        // Met behind the configuration, which is accepted then; other obstacles tell of it.
        case .missingDirectory, .unsafeDirectory, .missingUser: return .accepted
        default: return .refused(reason)
        }
    }

    private static func effective(_ word: Word) -> Known<EffectiveConfiguration> {
        let (outcome, messages) = word
        guard outcome.succeeded else {
            return .unknown("sshd refuses its configuration: \(messages.reason.map { $0.text.escaped() } ?? outcome.explanation)")
        }
        guard let known = try? EffectiveConfiguration(output: outcome.output) else {
            return .unknown("sshd -T printed no configuration")
        }
        return .known(known)
    }

    private func ask(_ questions: [[String]]) throws(Fault) -> [Word] {
        let folder = try PrivateFolder(below: guest.runtime)
        let (main, names) = try stage(in: folder)
        try guest.processes.require(Command(.sshKeygen, ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder.path)/key"]))
        let service = guest.service.answer()
        var arguments = SSHD.configurationArguments(service.arguments)
        while let flag = arguments.firstIndex(of: "-f"), flag + 1 < arguments.count {
            arguments.removeSubrange(flag...(flag + 1))
        }
        let commands = questions.map { arguments + ["-h", "\(folder.path)/key", "-f", main] + $0 }
        let outcomes = try SSHD(guest).judge(commands.map { Command(.sshd, $0) })
        var answers: [Word] = []
        for (question, outcome) in zip(questions, outcomes) {
            var outcome = outcome
            // What a unit's arguments break is not the files' fault; starting the unit will tell.
            if !outcome.succeeded, read(outcome, names).reason?.file == SSHDConfiguration.commandLine {
                outcome = try SSHD(guest).judge(Command(.sshd, ["-h", "\(folder.path)/key", "-f", main] + question))
            }
            answers.append((outcome, read(outcome, names)))
        }
        return answers
    }

    private func read(_ outcome: Outcome, _ names: [(staged: String, real: String)]) -> SSHDMessages {
        var errors = outcome.errors
        for (staged, real) in names { errors = Self.replacing(staged, by: real, in: errors) }
        return SSHDMessages(stderr: errors, files: [ForeignText(change.main)] + names.map { ForeignText($0.real) })
    }

    /// Writes the copy; the main file's path in it, and what each copied file is a copy of.
    private func stage(in folder: borrowing PrivateFolder) throws(Fault) -> (main: String, names: [(staged: String, real: String)]) {
        let main = SSHDFile(path: ForeignText(change.main), bytes: try contents(change.main) ?? [])
        var names: [(staged: String, real: String)] = []
        var text: [UInt8] = []
        var position = 0
        var count = 0
        for statement in main.statements where statement.keyword == ForeignText("include") {
            var copies: [String] = []
            for pattern in statement.arguments {
                for path in try files(matching: absolute(pattern)) {
                    guard let bytes = try contents(path) else { continue }
                    count += 1
                    try folder.write("\(1000 + count).conf", bytes)
                    copies.append("\(folder.path)/\(1000 + count).conf")
                    names.append((copies[copies.count - 1], path))
                }
            }
            text += main.bytes[position..<statement.range.lowerBound]
            // An Include that nothing matches is fine with sshd.
            text += Array("Include \((copies.isEmpty ? ["\(folder.path)/none"] : copies).joined(separator: " "))\n".utf8)
            position = statement.range.upperBound
        }
        text += main.bytes[position...]
        try folder.write("sshd_config", text)
        return ("\(folder.path)/sshd_config", names + [("\(folder.path)/sshd_config", change.main)])
    }

    private func absolute(_ pattern: ForeignText) -> String {
        let written = text(pattern)
        return written.hasPrefix("/") ? written : SSHDConfiguration.directory + written
    }

    /// What the pattern will stand for once the change is made, in sshd's order.
    private func files(matching pattern: String) throws(Fault) -> [String] {
        var found = Set(try guest.root.files(matching: pattern))
        for file in change.files {
            if file.contents == nil {
                found.remove(file.path)
            } else if fnmatch(pattern, file.path, FNM_PATHNAME | FNM_PERIOD) == 0 {
                found.insert(file.path)
            }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func contents(_ path: String) throws(Fault) -> [UInt8]? {
        if let file = change.files.first(where: { $0.path == path }) { return file.contents }
        return try guest.root.read(path)
    }

    private static func replacing(_ word: String, by other: String, in bytes: [UInt8]) -> [UInt8] {
        let pattern = Array(word.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: pattern) {
                result += Array(other.utf8)
                index += pattern.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}
