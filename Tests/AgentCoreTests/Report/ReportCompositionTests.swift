import AgentCore
import Testing

/// What a user reads in the end. Azure's clients look for "Enable succeeded." and "Enable failed: " (contract).
@Suite("a report") struct ReportCompositionTests {
    private struct Blockage: Obstacle {
        let id: String
        let layer: Layer
        func judge(_: Facts, _: Case) -> Judgement { .clear }
    }

    private static func finding(_ layer: Layer, _ explanation: String, _ mandate: Mandate) -> Finding {
        Finding(Blockage(id: "x", layer: layer), explanation, mandate: mandate, steps: [])
    }

    private static func steps() throws -> [Step] {
        [
            Step(.account, "create the account bob", .tool(ToolCall(.useradd, ["--", "bob"]), undo: nil)),
            Step(.password, "set the password of bob", .password(try user("bob"))),
            Step(.sudo, "grant sudo to bob", .file(FileChange(path: "/x", contents: [], mode: 0o440, check: nil))),
        ]
    }

    private static func work(
        _ steps: [Step] = [], blocked: [Finding] = [], unknown: [(String, String)] = [], notes: [(Topic, String)] = []
    ) -> Report.Work {
        Report.Work(
            plan: Plan(steps: steps, blocked: blocked, unknown: unknown.map { (id: $0.0, why: $0.1) }),
            notes: notes.map { (topic: $0.0, text: $0.1) })
    }

    private static func proven() throws -> Proof { try ProofTests.proof([ProofTests.attempt(ProofTests.network, .password)]) }

    private static func refused() throws -> Proof {
        try ProofTests.proof([ProofTests.attempt(ProofTests.network, .password, .refused("Permission denied (publickey)."))])
    }

    private static let settings = #"{"username":"bob","password":"P"}"#

    private static func outline(_ report: Report) -> [String] {
        report.outcomes.map { "\($0.topic.rawValue) \($0.verdict.rawValue): \($0.message)" }
    }

    @Test("of what is done and proven is a success")
    func success() throws {
        let report = Report(carriedOut: try request(Self.settings), work: Self.work(try Self.steps()), proof: try Self.proven())
        #expect(report.verdict == .success)
        #expect(report.exitCode == .success)
        #expect(report.message == "Enable succeeded. sshd let bob in by password")
        #expect(
            Self.outline(report) == [
                "account success: done: create the account bob", "password success: done: set the password of bob",
                "sudo success: done: grant sudo to bob",
                "proof success: sshd let bob in by password from another network namespace (IPv4), port 22; "
                    + "what filters in front of this machine (a cloud's network rules) cannot be seen from here",
            ])
    }

    @Test("of a failed proof names what is found in the way afterwards, once, with what to send")
    func remaining() throws {
        let found = Self.finding(.server, "sshd's lists refuse bob", .reset)
        let report = Report(carriedOut: try request(Self.settings), work: Self.work(), proof: try Self.refused(), remaining: [found])
        #expect(report.verdict == .warning)
        #expect(report.message.contains("sshd's lists refuse bob; send \"reset_ssh\": true"))
        #expect(Self.outline(report).contains("service warning: sshd's lists refuse bob; send \"reset_ssh\": true"))
        let twice = Report(
            carriedOut: try request(Self.settings), work: Self.work(blocked: [found]), proof: try Self.refused(), remaining: [found])
        #expect(twice.outcomes.filter { $0.message.contains("refuse bob") }.count == 1)
    }

    @Test("of what was so already says that, topic by topic of the request")
    func already() throws {
        let settings = #"{"username":"bob","password":"P","ssh_key":"KEY"}"#.replacing("KEY", with: someKey)
        let report = Report(carriedOut: try request(settings), work: Self.work(), proof: try Self.proven())
        #expect(report.verdict == .success)
        #expect(
            Self.outline(report).dropLast() == [
                "account success: already as asked", "password success: already as asked", "authorized_keys success: already as asked",
                "sudo success: already as asked",
            ])
        let alone = Report(carriedOut: try request(#"{"username":"bob"}"#), work: Self.work(), proof: try Self.proven())
        #expect(alone.outcomes.map(\.topic) == [.account, .sudo, .proof])
    }

    @Test("tells what the steps had to tell")
    func notes() throws {
        let work = Self.work(try Self.steps(), notes: [(.password, "BAD PASSWORD: it is too short"), (.password, "set without PAM")])
        let report = Report(carriedOut: try request(Self.settings), work: work, proof: try Self.proven())
        #expect(
            Self.outline(report)[1]
                == "password success: done: set the password of bob; BAD PASSWORD: it is too short; set without PAM")
        #expect(report.verdict == .success)
    }

    @Test("of what sshd does not let in is a warning with the reason, and no failure: the change stands")
    func unproven() throws {
        let report = Report(carriedOut: try request(Self.settings), work: Self.work(try Self.steps()), proof: try Self.refused())
        #expect(report.verdict == .warning)
        #expect(report.exitCode == .success)
        #expect(
            report.message == "done, but the login is not proven; not proven by password from another network namespace (IPv4), port 22: "
                + "sshd refused it: Permission denied (publickey).")
        #expect(report.outcomes.last?.verdict == .warning)
        #expect(!report.message.contains("Enable succeeded."))
    }

    @Test("says what to send where a firewall keeps everyone out")
    func filtered() throws {
        let proof = try ProofTests.proof([
            ProofTests.attempt(ProofTests.loopback), ProofTests.attempt(ProofTests.network, .key, .unreachable("timed out")),
        ])
        let report = Report(carriedOut: try request(Self.settings), work: Self.work(), proof: proof)
        #expect(report.verdict == .warning)
        #expect(report.message.hasSuffix("; a firewall of this machine lets nobody in from outside; send \"reset_ssh\": true"))
    }

    @Test(
        "of a login that is proven beside something in the way is a warning that names it and its remedy",
        arguments: [
            (Layer.sudo, Mandate.nobody, Topic.sudo, "clear it by hand"), (.listener, .reset, .service, "send \"reset_ssh\": true"),
            (.network, .reset, .service, "send \"reset_ssh\": true"), (.server, .reset, .service, "send \"reset_ssh\": true"),
            (.account, .user, .account, "send this username again"), (.keys, .reset, .authorizedKeys, "send \"reset_ssh\": true"),
            (.session, .nobody, .proof, "clear it by hand"),
        ])
    func blocked(_ layer: Layer, _ mandate: Mandate, _ topic: Topic, _ remedy: String) throws {
        let work = Self.work(blocked: [Self.finding(layer, "it is in the way", mandate)])
        let report = Report(carriedOut: try request(Self.settings), work: work, proof: try Self.proven())
        #expect(report.verdict == .warning)
        #expect(report.message == "sshd let bob in by password, but it is in the way; \(remedy)")
        #expect(Self.outline(report).contains("\(topic.rawValue) warning: it is in the way; \(remedy)"))
        // Not "already as asked" and a warning about the same.
        #expect(report.outcomes.filter { $0.topic == topic && $0.verdict == .success }.count == (topic == .proof ? 1 : 0))
    }

    @Test("of what could not be judged is a warning under its own topic")
    func unknown() throws {
        let work = Self.work(unknown: [("sudo-not-granted", "sudo cannot tell"), ("service-not-serving", "cannot reach systemd")])
        let report = Report(carriedOut: try request(Self.settings), work: work, proof: try Self.proven())
        #expect(report.verdict == .warning)
        #expect(report.message == "sshd let bob in by password, but sudo cannot tell; cannot reach systemd")
        let lines = Self.outline(report)
        #expect(lines.contains("sudo warning: sudo-not-granted could not be judged: sudo cannot tell"))
        #expect(lines.contains("service warning: service-not-serving could not be judged: cannot reach systemd"))
        #expect(!lines.contains("sudo success: already as asked"))
    }

    @Test("of an obstacle and no proof tells both")
    func blockedAndUnproven() throws {
        let work = Self.work(blocked: [Self.finding(.listener, "ssh.service is masked", .reset)])
        let proof = try ProofTests.proof([], gaps: ["cannot ask sshd: ssh.service is masked"])
        #expect(
            Report(carriedOut: try request(Self.settings), work: work, proof: proof).message
                == "done, but the login is not proven; ssh.service is masked; send \"reset_ssh\": true; "
                + "not proven: cannot ask sshd: ssh.service is masked")
    }

    @Test("without a proof is a warning at best (--no-proof)")
    func noProof() throws {
        let report = Report(carriedOut: try request(Self.settings), work: Self.work(try Self.steps()), proof: nil)
        #expect(report.verdict == .warning)
        #expect(report.exitCode == .success)
        #expect(report.message == "done, but not proven: a proof was not wanted (--no-proof)")
        #expect(Self.outline(report).last == "proof warning: no login was tried")
    }

    @Test("begins with the warnings about the settings")
    func warnings() throws {
        let wanted = try request(#"{"username":"bob","password":"P","disk_name":"sdc1"}"#)
        let report = Report(carriedOut: wanted, work: Self.work(), proof: try Self.proven())
        #expect(
            Self.outline(report).first == "settings warning: \"disk_name\" is ignored: it belongs to \"repair_disk\" and \"check_disk\"")
        // The login works all the same.
        #expect(report.verdict == .success)
    }

    @Test("of a refusal is an error with the sentence and exit code 3")
    func refusal() {
        let report = Report(refused: Refusal(reason: "bad-key", message: "\"ssh_key\", line 1, is no public key"))
        #expect(report.verdict == .error)
        #expect(report.exitCode == .refused)
        #expect(report.exitCode.rawValue == 3)
        #expect(report.message == "Enable failed: \"ssh_key\", line 1, is no public key")
        #expect(Self.outline(report) == ["settings error: \"ssh_key\", line 1, is no public key"])
    }

    @Test("of a failure is an error with the sentence and exit code 1")
    func failure() {
        let report = Report(failed: "cannot run useradd: it ended with code 1; everything is as it was", outcomes: [])
        #expect(report.verdict == .error)
        #expect(report.exitCode.rawValue == 1)
        #expect(report.message == "Enable failed: cannot run useradd: it ended with code 1; everything is as it was")
    }

    @Test("of a run under way is transitioning")
    func started() {
        #expect(Report.started.verdict == .transitioning)
        #expect(Report.started.outcomes.isEmpty)
    }

    @Test("ends with the exit codes of the man page")
    func exitCodes() {
        let codes: [(ExitCode, Int32)] = [(.success, 0), (.failure, 1), (.usage, 2), (.refused, 3), (.findings, 4)]
        for (code, number) in codes { #expect(code.rawValue == number) }
    }
}
