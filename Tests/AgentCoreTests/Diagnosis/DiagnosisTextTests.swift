import AgentCore
import Testing

@Suite("A diagnosis as text") struct DiagnosisTextTests {
    private static func report(_ change: (inout GuestTable) -> Void, log: [DiagnosisReport.LogLine]? = nil) throws -> DiagnosisReport {
        var guest = GuestTable()
        guest.keys = [".ssh/authorized_keys": .bytes(Array("\(someKey)\n".utf8))]
        change(&guest)
        let diagnosis = try guest.settle { try Diagnosis($0, Case(diagnosing: user("bob"))) }.result
        return DiagnosisReport(diagnosis, time: "2024-10-04T00:00:00Z", log: log, next: nil)
    }

    @Test("has a line for each layer that is fine, and the verdict")
    func fine() throws {
        let lines = DiagnosisText(try Self.report { _ in }, colours: .init(isOn: false)).lines
        for layer in Layer.allCases { #expect(lines.contains { $0.hasPrefix("\(layer) ") && $0.hasSuffix(" fine") }) }
        #expect(lines.contains("nothing was found that refuses a login of bob"))
        #expect(lines.allSatisfy { $0.utf8.count < 80 })
    }

    @Test("has for what blocks the explanation, what to type, how the agent clears it, and what to send")
    func blocks() throws {
        let report = try Self.report { $0.account = .local(GuestTable.bob(expires: 1)) }
        let lines = DiagnosisText(report, colours: .init(isOn: false)).lines
        let start = try #require(lines.firstIndex { $0.hasPrefix("account") })
        #expect(
            Array(lines[start..<(start + 5)]) == [
                "account    IN THE WAY: account-ends",
                "           the account bob ended on 1970-01-02",
                "           type    usermod --expiredate '' -- bob",
                "           repair  vmaccess-agent repair --user bob",
                "           or      send this username again",
            ])
        #expect(report.exitCode == .findings)
    }

    @Test("is plain without colours, and with them the words are the same")
    func colours() throws {
        let report = try Self.report { $0.account = .local(GuestTable.bob(expires: 1)) }
        let plain = DiagnosisText(report, colours: .init(isOn: false)).lines.joined(separator: "\n")
        let painted = DiagnosisText(report, colours: .init(isOn: true)).lines.joined(separator: "\n")
        #expect(!plain.contains("\u{1b}"))
        #expect(painted.contains("\u{1b}[1;31mIN THE WAY\u{1b}[0m"))
        var stripped = painted
        for code in ["0", "32", "33", "1;31"] { stripped.replace("\u{1b}[\(code)m", with: "") }
        #expect(stripped == plain)
    }

    @Test("escapes what strangers wrote")
    func foreign() throws {
        let log = [DiagnosisReport.LogLine(time: "2024-10-04T00:00:00Z", text: ForeignText("bob\u{1b}[2J\rnothing was found"))]
        let report = try Self.report({ _ in }, log: log)
        let lines = DiagnosisText(report, colours: .init(isOn: false)).lines
        #expect(lines.contains("  2024-10-04T00:00:00Z bob\\x1b[2J\\x0dnothing was found"))
        let document = String(decoding: DiagnosisDocument.document(report).compact(), as: UTF8.self)
        #expect(document.utf8.allSatisfy { (0x20...0x7e).contains($0) })
    }
}

@Suite("A repair") struct RepairChoiceTests {
    private static func choice(_ only: [String] = [], _ change: (inout GuestTable) -> Void) throws -> RepairChoice {
        var guest = GuestTable()
        guest.keys = [".ssh/authorized_keys": .bytes(Array("\(someKey)\n".utf8))]
        change(&guest)
        let question = try DiagnosisQuestion(user: "bob", from: nil)
        let diagnosis = try guest.settle { try Diagnosis($0, Case(diagnosing: question.user)) }.result
        return RepairChoice(diagnosis, try RepairRequest(question, only: only))
    }

    @Test("clears what blocks, and leaves what gives rights to an explicit word")
    func words() throws {
        let choice = try Self.choice {
            $0.account = .local(GuestTable.bob(expires: 1))
            $0.sudo = .known(.none)
        }
        #expect(choice.chosen.map(\.id) == ["account-ends"])
        #expect(choice.left.map(\.finding.id) == ["sudo-not-granted"])
        #expect(choice.left.first?.why == "cleared only where it is named: repair --only sudo-not-granted")
    }

    @Test("clears what is named, and nothing else")
    func only() throws {
        let choice = try Self.choice(["sudo-not-granted"]) {
            $0.account = .local(GuestTable.bob(expires: 1))
            $0.sudo = .known(.none)
        }
        #expect(choice.chosen.map(\.id) == ["sudo-not-granted"])
        #expect(choice.left.map(\.finding.id) == ["account-ends"])
    }

    @Test("makes nobody")
    func nobody() throws {
        let choice = try Self.choice { $0.account = .absent(groupExists: false) }
        #expect(choice.chosen.isEmpty)
        #expect(choice.left.map(\.finding.id) == ["account-missing"])
    }

    @Test("goes by the order of remedies, not by that of a connection")
    func order() throws {
        let choice = try Self.choice {
            $0.files.insert("/etc/nologin")
            $0.account = .local(GuestTable.bob(expires: 1))
        }
        #expect(choice.chosen.map(\.id) == ["nologin", "account-ends"])
    }

    @Test("knows the ids of obstacles, and no others")
    func ids() {
        #expect(throws: UsageError.self) { try RepairRequest(DiagnosisQuestion(), only: ["nolgin"]) }
        #expect(throws: Never.self) { try RepairRequest(DiagnosisQuestion(), only: ["nologin"]) }
    }
}
