import AgentCore
import Testing

@Suite("the Azure agent's files") struct HandlerTests {
    private static let folders = #"{"logFolder":"/l/","configFolder":"/c","statusFolder":"/s","heartbeatFile":"/h","eventsFolder":"/e"}"#

    @Test("an environment: a list of one, an object, and with more than is asked for", arguments: ["[#]", "#", "[#, {}]"])
    func environment(_ form: String) throws {
        let entry = #"{"name":"x","version":1.0,"seqNo":"3","handlerEnvironment":\#(Self.folders)}"#
        let text = form.split(separator: "#", omittingEmptySubsequences: false).joined(separator: entry)
        let environment = try HandlerEnvironment(secret(text))
        #expect(environment.logFolder == "/l")
        #expect(environment.configFolder == "/c")
        #expect(environment.statusFolder == "/s")
    }

    @Test(
        "no environment",
        arguments: [
            "", "[]", "{}", "[1]", "null", "[{\"handlerEnvironment\":[]}]", "[{\"handlerEnvironment\":{}}]",
            #"[{"handlerEnvironment":{"logFolder":"/l","configFolder":"c","statusFolder":"/s"}}]"#,
            #"[{"handlerEnvironment":{"logFolder":"/l","configFolder":"/c","statusFolder":"/s\n"}}]"#,
            #"[{"handlerEnvironment":{"logFolder":"/l","configFolder":"/c","statusFolder":""}}]"#,
        ])
    func noEnvironment(_ text: String) {
        #expect(throws: Refusal.self) { try HandlerEnvironment(secret(text)) }
    }

    @Test("a number", arguments: [("0", 0), ("12", 12), (" 7\n", 7), ("007", 7), ("999999999", 999_999_999)])
    func number(_ text: String, _ value: Int) {
        #expect(HandlerSequence.number(text.utf8) == value)
    }

    @Test("no number", arguments: ["", " ", "-1", "+1", "1.0", "0x1", "1e3", "9999999999", "\u{0661}", "1\u{0}"])
    func noNumber(_ text: String) {
        #expect(HandlerSequence.number(text.utf8) == nil)
    }

    @Test("the highest settings, by number and not by name")
    func highest() {
        let names = [
            "2.settings", "10.settings", "9.settings", "HandlerState", "11.settings.new", ".12.settings", "013.settings", "x.settings",
        ]
        #expect(HandlerSequence.highest(among: names.map { ForeignText($0) }) == 10)
        #expect(HandlerSequence.highest(among: [ForeignText("HandlerState")]) == nil)
    }

    @Test("what is remembered is read back; a damaged file remembers nothing")
    func memory() throws {
        let memory = HandlerMemory(sequence: 4, mark: "ab")
        #expect(HandlerMemory(Secret(copying: memory.document.compact())) == memory)
        for text in ["", "{}", #"{"version":2,"sequence":4,"mark":"ab"}"#, #"{"version":1,"sequence":"4","mark":"ab"}"#] {
            #expect(HandlerMemory(secret(text)) == nil)
        }
    }
}

@Suite("a signature") struct SettingsSignatureTests {
    private static let identity = "00112233445566778899aabbccddeeff"

    @Test("is read back") func roundTrip() throws {
        let signature = SettingsSignature(identity: Self.identity, sequence: 1_800_000_000_000, value: [1, 2, 3])
        let file = JSONOutput.object([("protectedSettings", .string("x")), (SettingsSignature.name, signature.document)])
        #expect(try SettingsSignature.read(Secret(copying: file.compact())) == signature)
        #expect(try SettingsSignature.read(secret("{}")) == nil)
    }

    @Test(
        "that is none",
        arguments: [
            "1", "{}", #"{"identity":"\#(identity)","sequence":0,"value":"AQID"}"#, #"{"identity":"x","sequence":1,"value":"AQID"}"#,
            #"{"identity":"\#(identity)","sequence":1,"value":"?"}"#, #"{"identity":"\#(identity)","sequence":"1","value":"AQID"}"#,
        ])
    func wrong(_ value: String) {
        #expect(throws: Refusal.self) { try SettingsSignature.read(secret(#"{"signature":\#(value)}"#)) }
    }

    @Test("covers each part by itself") func payload() {
        let some = SettingsSignature.payload(identity: Self.identity, sequence: 1, envelope: [0x31, 0x0a])
        let other = SettingsSignature.payload(identity: Self.identity, sequence: 11, envelope: [0x0a])
        #expect(some != other)
    }
}

@Suite("a status") struct StatusSizeTests {
    @Test("stays under what the Azure agent takes, whatever is told") func size() {
        let words = String(repeating: "\u{1}\\\"", count: 20_000)
        let outcomes = (0..<500).map { _ in Report.Outcome(.settings, .warning, words) }
        let report = Report(verdict: .error, message: words, outcomes: outcomes, exitCode: .failure)
        #expect(AzureStatus.document(report, timestamp: "2026-01-31T10:00:00Z").pretty().count < 128 << 10)
    }
}

@Suite("the command line of sealing") struct SealCommandTests {
    @Test(
        "with its values", arguments: [["--to", "c", "s"], ["--to=c", "s"], ["s", "--to", "c"], ["--to=c", "--", "s"]])
    func values(_ words: [String]) throws {
        #expect(try CommandLineParser.parse(["seal"] + words) == .seal(.file("s"), to: "c", sign: nil, asCBC: false))
    }

    @Test("without what it needs", arguments: [[], ["s"], ["--to"], ["--sign", "k", "s"], ["--to=c", "s", "t"], ["--too=c", "s"]])
    func missing(_ words: [String]) {
        #expect(throws: UsageError.self) { try CommandLineParser.parse(["seal"] + words) }
    }

    @Test("the Azure agent's words take nothing", arguments: HandlerCommand.allCases)
    func handler(_ command: HandlerCommand) throws {
        #expect(try CommandLineParser.parse([command.rawValue]) == .handler(command))
        #expect(throws: UsageError.self) { try CommandLineParser.parse([command.rawValue, "x"]) }
    }
}
