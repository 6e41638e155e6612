/// What the command was asked to do. No option takes a secret: settings come from a file or from standard input.
package enum Invocation: Hashable, Sendable {
    package enum Input: Hashable, Sendable {
        case standardInput
        case file(String)
    }

    /// Where settings wait, besides the drop folder.
    package enum Collected: Hashable, Sendable {
        case credential
        case disk(String)
    }

    case apply(Input, isDryRun: Bool, proves: Bool, asJSON: Bool)
    case status(name: String?, asJSON: Bool)
    case diagnose(DiagnosisQuestion, asJSON: Bool)
    case repair(RepairRequest, asJSON: Bool)
    /// The transactions that are kept.
    case transactions(asJSON: Bool)
    /// Without an id the newest transaction.
    case undo(id: String?, UndoOptions, asJSON: Bool)
    case run
    case recover
    case announce
    case collect(Collected)
    /// What the Azure agent asks of an extension handler.
    case handler(HandlerCommand)
    case certificate
    /// Work on file systems that the agent began, in a unit of its own.
    case disk(String)
    /// Settings for one machine. `sign` names the private key of a sender whom that machine trusts.
    case seal(Input, to: String, sign: String?, asCBC: Bool)
    /// A dialogue; `patience` is how many seconds nobody need type.
    case console(patience: Int)
    case help(verb: Verb?)
    case version
}

package enum Verb: String, CaseIterable, Sendable {
    case apply, diagnose, repair, undo, status, run, recover, announce, collect, certificate, seal, console

    /// What systemd starts, and people do not.
    var isForSystemd: Bool { [.run, .recover, .announce, .collect].contains(self) }

    var summary: String {
        switch self {
        case .apply: "carry out settings from a file or standard input"
        case .diagnose: "say what refuses a login, and why; changes nothing"
        case .repair: "clear what diagnose finds, and prove the login"
        case .undo: "reverse what an earlier run changed"
        case .status: "show what the last run came to, and what can be undone"
        case .run: "carry out what was dropped (started by systemd)"
        case .recover: "take back what an interrupted run began (started at boot)"
        case .announce: "tell on the console what this machine is (started at boot)"
        case .collect: "fetch settings from a credential or a disk (started by systemd)"
        case .certificate: "print the certificate that settings are sealed for"
        case .seal: "seal settings so that one machine alone can read them"
        case .console: "a menu, for a person at a serial console"
        }
    }
}

/// A command line that cannot be understood: what is wrong, and where to look.
package struct UsageError: Error, Hashable, Sendable {
    package let message: String
}

/// Reads the command line by the usual conventions: options before or behind operands, `--name=value`, `--` ends the options.
package enum CommandLineParser {
    /// - Parameter arguments: without the program's name.
    package static func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
        var rest = arguments[...]
        guard let first = rest.popFirst() else {
            throw UsageError(message: "no verb: try 'vmaccess-agent --help'")
        }
        switch first {
        case "--help", "-h", "help": return .help(verb: rest.first.flatMap(Verb.init(rawValue:)))
        case "--version", "-V": return .version
        default: break
        }
        if let command = HandlerCommand(rawValue: first), rest.isEmpty { return .handler(command) }
        if first == "disk", rest.count == 1, let id = rest.first { return .disk(id) }
        guard let verb = Verb(rawValue: first) else { throw unknown(first, "verb", among: Verb.allCases.map(\.rawValue)) }
        var words = try Words(verb, rest)
        if words.take("--help") || words.take("-h") { return .help(verb: verb) }
        let invocation: Invocation
        switch verb {
        case .apply:
            let isDryRun = words.take("--dry-run")
            let proves = !words.take("--no-proof")
            let asJSON = words.take("--json")
            let operand = try words.operand()
            let input: Invocation.Input = operand == nil || operand == "-" ? .standardInput : .file(operand ?? "")
            invocation = .apply(input, isDryRun: isDryRun, proves: proves, asJSON: asJSON)
        case .diagnose: invocation = .diagnose(try words.question(), asJSON: words.take("--json"))
        case .repair:
            let request = try RepairRequest(
                words.question(), only: words.all("--only"), isDryRun: words.take("--dry-run"), proves: !words.take("--no-proof"))
            invocation = .repair(request, asJSON: words.take("--json"))
        case .undo:
            var options = UndoOptions()
            options.isDryRun = words.take("--dry-run")
            options.isForced = words.take("--force")
            options.restoresAccess = words.take("--restore-access")
            invocation = .undo(id: try words.operand(), options, asJSON: words.take("--json"))
        case .status:
            let asJSON = words.take("--json")
            if words.take("--transactions") {
                invocation = .transactions(asJSON: asJSON)
            } else {
                invocation = .status(name: try words.operand(), asJSON: asJSON)
            }
        case .run: invocation = .run
        case .recover: invocation = .recover
        case .announce: invocation = .announce
        case .collect:
            switch (try words.operand(), try words.operand()) {
            case ("credential", nil): invocation = .collect(.credential)
            case ("disk", let name?): invocation = .collect(.disk(name))
            default: throw UsageError(message: "collect needs 'credential' or 'disk NAME' (try 'vmaccess-agent collect --help')")
            }
        case .certificate: invocation = .certificate
        case .seal:
            guard let certificate = words.value("--to") else {
                throw UsageError(message: "seal needs --to CERT (try 'vmaccess-agent seal --help')")
            }
            let signer = words.value("--sign")
            let asCBC = words.take("--cbc")
            let operand = try words.operand()
            let input: Invocation.Input = operand == nil || operand == "-" ? .standardInput : .file(operand ?? "")
            invocation = .seal(input, to: certificate, sign: signer, asCBC: asCBC)
        case .console:
            var patience = 600
            if let idle = words.value("--idle") {
                guard let seconds = Int(idle), (1...86400).contains(seconds) else {
                    throw UsageError(message: "--idle takes a number of seconds from 1 to 86400, not \(ForeignText(idle).quoted())")
                }
                patience = seconds
            }
            invocation = .console(patience: patience)
        }
        try words.end()
        return invocation
    }

    static func unknown(_ word: String, _ kind: String, among known: [String]) -> UsageError {
        let near = known.min { distance(word, $0) < distance(word, $1) }
        // With more letters changed than kept it is another word.
        let hint = near.flatMap { distance(word, $0) <= min(3, $0.utf8.count / 2) ? "; did you mean \($0)?" : nil } ?? ""
        return UsageError(message: "unknown \(kind) \(ForeignText(word).quoted())\(hint) (try 'vmaccess-agent --help')")
    }

    /// How many letters have to be changed, added or left out to make one word of the other (Levenshtein).
    static func distance(_ one: String, _ other: String) -> Int {
        let target = Array(other.utf8)
        var row = Array(0...target.count)
        for (index, byte) in one.utf8.prefix(64).enumerated() {
            var previous = row[0]
            row[0] = index + 1
            for column in target.indices {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, previous + (byte == target[column] ? 0 : 1))
                previous = above
            }
        }
        return row[target.count]
    }

    /// The words behind a verb, told apart.
    private struct Words {
        private let verb: Verb
        private var options: [String] = []
        private var operands: [String] = []
        private var values: [String: [String]] = [:]

        private static let known: [Verb: [String]] = [
            .apply: ["--dry-run", "--no-proof", "--json"],
            .diagnose: ["--json"], .repair: ["--dry-run", "--no-proof", "--json"],
            .undo: ["--dry-run", "--force", "--restore-access", "--json"],
            .status: ["--json", "--transactions"], .seal: ["--cbc"],
        ]
        /// Options that take a value, as `--name=value` or in the next word. None of them a secret.
        private static let valued: [Verb: [String]] = [
            .seal: ["--to", "--sign"], .diagnose: ["--user", "--from"], .repair: ["--user", "--from", "--only"], .console: ["--idle"],
        ]

        init(_ verb: Verb, _ words: ArraySlice<String>) throws(UsageError) {
            self.verb = verb
            var onlyOperands = false
            var awaiting: String?
            for word in words {
                let name = word.firstIndex(of: "=").map { String(word[..<$0]) } ?? word
                if let option = awaiting {
                    values[option, default: []].append(word)
                    awaiting = nil
                } else if !onlyOperands, Self.valued[verb]?.contains(name) == true {
                    if name == word { awaiting = name } else { values[name, default: []].append(String(word.dropFirst(name.count + 1))) }
                } else if onlyOperands || word == "-" || !word.hasPrefix("-") {
                    operands.append(word)
                } else if word == "--" {
                    onlyOperands = true
                } else {
                    options.append(try Self.checked(word, verb))
                }
            }
            guard let awaiting else { return }
            throw UsageError(message: "the option \(awaiting) needs a value (try 'vmaccess-agent \(verb.rawValue) --help')")
        }

        private static func checked(_ word: String, _ verb: Verb) throws(UsageError) -> String {
            let known = (known[verb] ?? []) + (valued[verb] ?? []) + ["--help", "-h"]
            if known.contains(word) { return word }
            if let equals = word.firstIndex(of: "="), known.contains(String(word[..<equals])) {
                throw UsageError(message: "the option \(word[..<equals]) takes no value (try 'vmaccess-agent \(verb.rawValue) --help')")
            }
            // Not what follows the sign: somebody may have put a password there.
            throw CommandLineParser.unknown(String(word.prefix { $0 != "=" }), "option", among: known)
        }

        mutating func take(_ option: String) -> Bool {
            let found = options.contains(option)
            options.removeAll { $0 == option }
            return found
        }

        func value(_ option: String) -> String? { values[option]?.last }

        func all(_ option: String) -> [String] { values[option] ?? [] }

        func question() throws(UsageError) -> DiagnosisQuestion { try DiagnosisQuestion(user: value("--user"), from: value("--from")) }

        mutating func operand() throws(UsageError) -> String? {
            operands.isEmpty ? nil : operands.removeFirst()
        }

        func end() throws(UsageError) {
            if let extra = operands.first {
                throw UsageError(
                    message: "too many operands for \(verb.rawValue): \(ForeignText(extra).quoted()) "
                        + "(try 'vmaccess-agent \(verb.rawValue) --help')")
            }
        }
    }
}
