import AgentCore
import Testing

/// The contract's "Status file", to the letter.
@Suite("the status file") struct AzureStatusTests {
    private static func text(_ report: Report) -> String {
        String(decoding: AzureStatus.document(report, timestamp: "2026-01-31T10:00:00Z").compact(), as: UTF8.self)
    }

    private static func report(_ verdict: Report.Verdict, _ message: String, _ outcomes: [Report.Outcome] = []) -> Report {
        Report(verdict: verdict, message: message, outcomes: outcomes, exitCode: .success)
    }

    @Test("is a list of one, with all that the agent demands")
    func structure() {
        let outcomes = [
            Report.Outcome(.authorizedKeys, .success, "done: add a key"), Report.Outcome(.proof, .warning, "not proven"),
        ]
        #expect(
            Self.text(Self.report(.warning, "done, but not proven", outcomes)) == #"[{"version":"1.0","timestampUTC":"2026-01-31T10:00:00Z","#
                + #""status":{"name":"vmaccess-agent","operation":"Enable","status":"warning","code":0,"#
                + #""formattedMessage":{"lang":"en-US","message":"done, but not proven"},"substatus":["#
                + #"{"name":"authorized_keys","status":"success","code":0,"formattedMessage":{"lang":"en-US","message":"done: add a key"}},"#
                + #"{"name":"proof","status":"warning","code":0,"formattedMessage":{"lang":"en-US","message":"not proven"}}]}}]"#)
    }

    @Test(
        "knows four words, and a code for an error",
        arguments: [
            (Report.Verdict.transitioning, "transitioning", 0), (.success, "success", 0), (.warning, "warning", 0), (.error, "error", 1),
        ])
    func words(_ verdict: Report.Verdict, _ word: String, _ code: Int) throws {
        let text = Self.text(Self.report(verdict, "m", [Report.Outcome(.sudo, verdict, "n")]))
        #expect(text.contains("\"operation\":\"Enable\",\"status\":\"\(word)\",\"code\":\(code),"))
        #expect(text.contains("\"name\":\"sudo\",\"status\":\"\(word)\",\"code\":\(code),"))
    }

    @Test("has a list of substatus also where there is nothing to tell")
    func noOutcomes() {
        #expect(Self.text(Self.report(.transitioning, "under way")).hasSuffix("\"substatus\":[]}}]"))
    }

    @Test(
        "is printable ASCII and JSON, whatever is told",
        arguments: ["", "ü", "\u{1b}[2J\r\n\u{0}", "\"quoted\" \\ back", "\u{202e}\u{fffd}\u{1f600}", "\u{7f}\t"])
    func printable(_ message: String) throws {
        let report = Self.report(.error, message, [Report.Outcome(.account, .error, message)])
        for bytes in [AzureStatus.document(report, timestamp: "t").compact(), AzureStatus.document(report, timestamp: "t").pretty()] {
            #expect(bytes.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0a })
            let root = try JSONReader.read(Secret(copying: bytes)).root
            let status = try #require(root.array?.first?.object?["status"]?.object)
            let read = try #require(status["formattedMessage"]?.object?["message"]?.string?.foreignText)
            #expect(read == ForeignText(ForeignText(message).escaped()))
        }
    }

    /// Over that the agent uploads nothing for the whole VM.
    private static let most = 128 << 10

    @Test("stays below 128 KiB, whatever is told", arguments: ["\"", "\\", "\u{0}", "ü", "a"])
    func bounded(_ letter: String) {
        let long = String(repeating: letter, count: 100_000)
        let report = Self.report(.error, long, (0..<500).map { _ in Report.Outcome(.settings, .warning, long) })
        #expect(AzureStatus.document(report, timestamp: "2026-01-31T10:00:00Z").pretty().count < Self.most)
    }

    @Test("where there is too much keeps what comes last: the proof")
    func tooMuch() {
        let outcomes = (0..<500).map { Report.Outcome(.settings, .warning, "warning \($0)") } + [Report.Outcome(.proof, .success, "proven")]
        let text = Self.text(Self.report(.success, "m", outcomes))
        #expect(text.contains("\"name\":\"proof\""))
        #expect(text.contains("warning 499"))
        #expect(!text.contains("warning 0\""))
    }

    @Test("is read back for people")
    func people() {
        let report = Self.report(.warning, "done, but \"x\"", [Report.Outcome(.sudo, .success, "done: grant sudo to bob")])
        let bytes = AzureStatus.document(report, timestamp: "2026-01-31T10:00:00Z").pretty()
        #expect(
            StatusText.lines(bytes) == [
                "warning (2026-01-31T10:00:00Z): done, but \"x\"", "  sudo: success: done: grant sudo to bob",
            ])
    }

    @Test(
        "that is damaged is said to be, and no line of it shown",
        arguments: ["", "{}", "[]", "[1]", "[{}]", #"[{"status":"success"}]"#, "\u{1b}[2J", #"[{"status":{}"#])
    func damaged(_ text: String) {
        #expect(StatusText.lines(Array(text.utf8)) == ["the status file is damaged"])
    }

    @Test("of another's making moves no cursor and forges no line")
    func hostile() {
        let file = #"[{"timestampUTC":"\u001b[2J","status":{"status":"success\nsuccess","substatus":[7,{"name":null}],"#
            + #""formattedMessage":{"message":"a\r\nvmaccess-agent: b"}}}]"#
        let lines = StatusText.lines(Array(file.utf8))
        #expect(lines == ["success\\x0asuccess (\\x1b[2J): a\\x0d\\x0avmaccess-agent: b", "  ?: ?: "])
    }
}
