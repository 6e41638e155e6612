import AgentCore
import Testing

/// The usual conventions: getopt_long(3), and `--` of POSIX's utility syntax guidelines.
@Suite("a command line") struct CommandLineTests {
    private static func complaint(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) -> String {
        do {
            let invocation = try CommandLineParser.parse(arguments)
            Issue.record("understood: \(invocation)", sourceLocation: sourceLocation)
        } catch {
            return error.message
        }
        return ""
    }

    private static func apply(
        _ input: Invocation.Input, isDryRun: Bool = false, proves: Bool = true, asJSON: Bool = false
    ) -> Invocation {
        .apply(input, isDryRun: isDryRun, proves: proves, asJSON: asJSON)
    }

    @Test(
        "is understood",
        arguments: [
            (["apply"], apply(.standardInput)), (["apply", "-"], apply(.standardInput)), (["apply", "a.json"], apply(.file("a.json"))),
            (["apply", "--dry-run", "a.json"], apply(.file("a.json"), isDryRun: true)),
            (["apply", "a.json", "--dry-run"], apply(.file("a.json"), isDryRun: true)),
            (["apply", "--no-proof", "--json", "-"], apply(.standardInput, proves: false, asJSON: true)),
            (["apply", "--json", "--json"], apply(.standardInput, asJSON: true)),
            (["apply", "--"], apply(.standardInput)), (["apply", "--", "--dry-run"], apply(.file("--dry-run"))),
            (["apply", "--json", "--", "-x"], apply(.file("-x"), asJSON: true)), (["apply", "--", "--"], apply(.file("--"))),
            (["status"], .status(name: nil, asJSON: false)), (["status", "bob"], .status(name: "bob", asJSON: false)),
            (["status", "bob", "--json"], .status(name: "bob", asJSON: true)), (["run"], .run), (["recover"], .recover),
            (["--version"], .version), (["-V"], .version),
            (["--help"], .help(verb: nil)), (["-h"], .help(verb: nil)), (["help"], .help(verb: nil)),
            (["help", "apply"], .help(verb: .apply)), (["apply", "--help"], .help(verb: .apply)), (["status", "-h"], .help(verb: .status)),
            // Whoever asks for help gets it, whatever else stands there.
            (["apply", "a", "b", "--help"], .help(verb: .apply)), (["help", "nothing"], .help(verb: nil)),
        ] as [([String], Invocation)])
    func understood(_ arguments: [String], _ invocation: Invocation) throws {
        #expect(try CommandLineParser.parse(arguments) == invocation)
    }

    @Test(
        "is complained about, with what is meant where that can be told",
        arguments: [
            ([], "no verb: try 'vmaccess-agent --help'"),
            (["aply"], "unknown verb \"aply\"; did you mean apply? (try 'vmaccess-agent --help')"),
            (["staus"], "unknown verb \"staus\"; did you mean status? (try 'vmaccess-agent --help')"),
            (["recovery"], "unknown verb \"recovery\"; did you mean recover? (try 'vmaccess-agent --help')"),
            (["Apply"], "unknown verb \"Apply\"; did you mean apply? (try 'vmaccess-agent --help')"),
            (["apply", "--dryrun"], "unknown option \"--dryrun\"; did you mean --dry-run? (try 'vmaccess-agent --help')"),
            (["apply", "--jsn"], "unknown option \"--jsn\"; did you mean --json? (try 'vmaccess-agent --help')"),
            (["apply", "--dry-run=yes"], "the option --dry-run takes no value (try 'vmaccess-agent apply --help')"),
            (["apply", "a", "b"], "too many operands for apply: \"b\" (try 'vmaccess-agent apply --help')"),
            (["apply", "-", "b"], "too many operands for apply: \"b\" (try 'vmaccess-agent apply --help')"),
            (["run", "x"], "too many operands for run: \"x\" (try 'vmaccess-agent run --help')"),
            (["status", "a", "b"], "too many operands for status: \"b\" (try 'vmaccess-agent status --help')"),
        ] as [([String], String)])
    func complaints(_ arguments: [String], _ message: String) {
        #expect(Self.complaint(arguments) == message)
    }

    @Test("suggests nothing for a word that is another", arguments: ["frobnicate", "xyz", "", "ls", "\u{1b}[2J", "apply --json", "--json"])
    func noSuggestion(_ word: String) {
        let complaint = Self.complaint([word])
        #expect(complaint.hasPrefix("unknown verb \""))
        #expect(!complaint.contains("did you mean"))
        #expect(complaint.utf8.allSatisfy { (0x20...0x7e).contains($0) })
    }

    @Test("knows the options of a verb there only")
    func otherVerb() {
        #expect(Self.complaint(["status", "--dry-run"]).hasPrefix("unknown option \"--dry-run\""))
        #expect(Self.complaint(["run", "--json"]).hasPrefix("unknown option \"--json\""))
        #expect(Self.complaint(["apply", "-n"]).hasPrefix("unknown option \"-n\""))
    }

    @Test(
        "takes no secret, and repeats none in its complaint",
        arguments: Verb.allCases.flatMap { verb in
            ["--password=hunter2", "--ssh-key=hunter2", "--pass=hunter2", "--json=hunter2", "--dry-run=hunter2", "--help=hunter2"].map {
                (verb, $0)
            }
        })
    func secrets(_ verb: Verb, _ option: String) {
        #expect(!Self.complaint([verb.rawValue, option]).contains("hunter2"))
    }

    /// The options that a help text names.
    private static func options(_ text: String) -> Set<String> {
        Set(text.split { !($0.isLetter || $0 == "-") }.map(String.init).filter { $0.hasPrefix("--") && $0.count > 2 })
    }

    @Test("is explained: every option of the help is known", arguments: Verb.allCases)
    func help(_ verb: Verb) throws {
        let text = Help.text(verb)
        #expect(text.hasPrefix("usage: vmaccess-agent \(verb.rawValue)"))
        for option in Self.options(text) {
            do throws(UsageError) {
                _ = try CommandLineParser.parse([verb.rawValue, option + "=x"])
            } catch {
                #expect(!error.message.hasPrefix("unknown"), "\(option)")
            }
        }
    }

    @Test("is explained in lines of a terminal, no text longer than a screen", arguments: [nil] + Verb.allCases.map { $0 })
    func helpFits(_ verb: Verb?) {
        let text = Help.text(verb)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
        #expect(lines.count <= 25)
        for line in lines { #expect(line.utf8.count < 80, "\(line)") }
    }

    @Test("is explained with every verb")
    func overview() {
        let words = Set(Help.text(nil).split { !$0.isLetter }.map(String.init))
        for verb in Verb.allCases { #expect(words.contains(verb.rawValue)) }
    }
}
