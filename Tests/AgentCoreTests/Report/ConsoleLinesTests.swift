import AgentCore
import Testing

@Suite("lines for the console") struct ConsoleLinesTests {
    private static let prefix = "vmaccess-agent: "

    static let texts = [
        "", "short", String(repeating: "word ", count: 200), String(repeating: "x", count: 1000), String(repeating: " ", count: 500),
        "a " + String(repeating: "b", count: 100) + " c", String(repeating: "\u{1b}", count: 200), String(repeating: "ü ", count: 90),
        String(repeating: "y", count: 63), String(repeating: "y", count: 64), String(repeating: "y", count: 62) + " z",
        String(repeating: "y", count: 63) + " z", "  " + String(repeating: "z", count: 200), "\r\n\u{0}\u{9b}2J",
    ]

    @Test("stay within 79 columns, each with the prefix, in printable ASCII", arguments: texts)
    func bounds(_ text: String) {
        let lines = ConsoleLines.wrapped(text)
        #expect(!lines.isEmpty)
        for line in lines {
            #expect(line.utf8.count <= 79)
            #expect(line.hasPrefix(Self.prefix))
            #expect(line.utf8.allSatisfy { (0x20...0x7e).contains($0) })
        }
    }

    @Test("lose nothing but blanks", arguments: texts)
    func whole(_ text: String) {
        let shown = ConsoleLines.wrapped(text).map { $0.dropFirst(Self.prefix.count) }.joined()
        #expect(shown.filter { $0 != " " } == ForeignText(text).escaped(limit: 2000).filter { $0 != " " })
    }

    @Test("break between words where they can, and go on indented")
    func breaks() {
        let text = "apply: proof: warning: not proven by key from the loopback (IPv4), port 22: sshd refused it: no"
        #expect(
            ConsoleLines.wrapped(text) == [
                "vmaccess-agent: apply: proof: warning: not proven by key from the loopback",
                "vmaccess-agent:   (IPv4), port 22: sshd refused it: no",
            ])
    }

    @Test("fill the width: a word that just fits is not broken off")
    func exact() {
        // 16 columns of prefix leave 63.
        #expect(ConsoleLines.wrapped(String(repeating: "y", count: 63)).count == 1)
        #expect(ConsoleLines.wrapped(String(repeating: "y", count: 64)).count == 2)
        #expect(ConsoleLines.wrapped(String(repeating: "y", count: 61) + " z").count == 1)
        #expect(ConsoleLines.wrapped(String(repeating: "y", count: 63) + " z").map(\.utf8.count) == [79, 19])
    }

    @Test("end: a text without end is cut")
    func cut() {
        let lines = ConsoleLines.wrapped(String(repeating: "x", count: 1_000_000))
        #expect(lines.count < 40)
        #expect(lines.last?.hasSuffix("...") == true)
    }

    @Test(
        "show a forged line of ours inside one of ours",
        arguments: ["x\nvmaccess-agent: bob: success: Enable succeeded.", "x\r\nvmaccess-agent: y", "x\u{85}vmaccess-agent: y"])
    func forged(_ text: String) {
        let lines = ConsoleLines.wrapped(text)
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("vmaccess-agent: x\\x") == true)
    }

    @Test("of a forged line that is wrapped begin with the prefix and blanks")
    func forgedAndWrapped() {
        let lines = ConsoleLines.wrapped(String(repeating: "a", count: 60) + " vmaccess-agent: bob: success: proven")
        #expect(lines.count == 2)
        #expect(lines.last == "vmaccess-agent:   vmaccess-agent: bob: success: proven")
    }

    @Test("tell a report topic by topic, and the whole last")
    func report() {
        let report = Report(
            verdict: .warning, message: "done, but not proven",
            outcomes: [Report.Outcome(.account, .success, "already as asked"), Report.Outcome(.proof, .warning, "no login was tried")],
            exitCode: .success)
        #expect(
            ConsoleLines.lines(report, source: "drop-1") == [
                "vmaccess-agent: drop-1: account: success: already as asked",
                "vmaccess-agent: drop-1: proof: warning: no login was tried", "vmaccess-agent: drop-1: warning: done, but not proven",
                "vmaccess-agent: drop-1: next: see to what is named above",
            ])
    }

    @Test("break a fingerprint between its bytes")
    func fingerprint() {
        let lines = ConsoleLines.wrapped("certificate: " + [String](repeating: "AB", count: 32).joined(separator: ":"))
        #expect(lines.count == 3 && lines[1].hasSuffix(":AB:"))
    }

    @Test("begin with what was asked, as far as it was understood, and end with what is next")
    func asked() throws {
        let request = try Request(
            settings: Secret(copying: Array(#"{"username":"bob","password":"Canary-1","reset_ssh":true,"expiration":"2031-01-02"}"#.utf8)))
        var report = Report(verdict: .success, message: "m", outcomes: [], exitCode: .success)
        report.asked = Asked(request, nonce: Nonce(Array("n-1".utf8)))
        #expect(
            ConsoleLines.lines(report, source: "d") == [
                "vmaccess-agent: d: asked: get bob in with a password, an account until", "vmaccess-agent:   2031-01-02; reset SSH",
                "vmaccess-agent: d: success: m", "vmaccess-agent: d: next: log in as bob",
            ])
        let machine = ConsoleLines.machine(report, source: "d")
        #expect(machine == #"vmaccess-agent:json {"run":"d","nonce":"n-1","status":"success","exit":0,"reason":null}"#)
    }

    @Test("say for programs why settings were refused")
    func refused() {
        let report = Report(refused: Refusal(reason: "not-json", message: "m"))
        #expect(
            ConsoleLines.machine(report, source: "d")
                == #"vmaccess-agent:json {"run":"d","nonce":null,"status":"error","exit":3,"reason":"not-json"}"#)
    }
}
