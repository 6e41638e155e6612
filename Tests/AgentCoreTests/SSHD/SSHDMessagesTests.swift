import Testing

@testable import AgentCore

/// The texts are those of `sshd -t` and `sshd -T`, OpenSSH 9.2p1 and 10.0p1, its `\r\n` included.
@Suite("SSHD: what sshd complains about") struct SSHDMessagesTests {
    private static let main = ForeignText("/etc/ssh/sshd_config")

    private func only(_ line: String, files: [ForeignText] = [main]) -> SSHDMessage? {
        let messages = SSHDMessages(stderr: Array((line + "\r\n").utf8), files: files)
        return messages.all.count == 1 ? messages.all[0] : nil
    }

    static let placed: [(String, Int, String, SSHDMessage.Subject)] = [
        ("/etc/ssh/sshd_config: line 1: Bad configuration option: Foo", 1, "Bad configuration option: Foo", .badOption(ForeignText("Foo"))),
        ("/etc/ssh/sshd_config line 2: no argument after keyword \"Port\"", 2, "no argument after keyword \"Port\"", .badLine),
        ("/etc/ssh/sshd_config line 3: unsupported option \"maybe\".", 3, "unsupported option \"maybe\".", .badLine),
        ("/etc/ssh/sshd_config line 1: Deprecated option UseLogin", 1, "Deprecated option UseLogin", .deprecated),
        ("/etc/ssh/sshd_config line 1: Bad Match condition", 1, "Bad Match condition", .badLine),
        ("reprocess config line 9: Bad Match condition", 9, "Bad Match condition", .badLine),
    ]

    @Test(arguments: placed)
    func `a line with its place`(_ line: String, _ number: Int, _ said: String, _ subject: SSHDMessage.Subject) {
        let expected = SSHDMessage(file: Self.main, line: number, text: ForeignText(said), subject: subject)
        #expect(only(line) == expected)
    }

    static let placeless: [(String, SSHDMessage.Subject)] = [
        ("sshd: no hostkeys available -- exiting.", .noHostKeys),
        ("Unable to load host key: /etc/ssh/k", .hostKey(ForeignText("/etc/ssh/k"))),
        ("Missing privilege separation directory: /run/sshd", .missingDirectory(ForeignText("/run/sshd"))),
        ("/run/sshd must be owned by root and not group or world-writable.", .unsafeDirectory(ForeignText("/run/sshd"))),
        ("Privilege separation user sshd does not exist", .missingUser(ForeignText("sshd"))),
        ("bad addr or host: nosuchhost.invalid (Name or service not known)", .badAddress),
        ("/nope: No such file or directory", .unreadable(ForeignText("/nope"))),
        ("Unsupported Match attribute exec", .other),
        ("This private key will be ignored.", .other),
    ]

    @Test(arguments: placeless)
    func `a line without a place`(_ line: String, _ subject: SSHDMessage.Subject) {
        #expect(only(line) == SSHDMessage(file: nil, line: nil, text: ForeignText(line), subject: subject))
    }

    @Test func `an option of the service's own arguments`() {
        let message = only("command-line: line 0: Bad configuration option: Foo")
        #expect(message?.file == SSHDConfiguration.commandLine)
        #expect(message?.line == 0)
    }

    @Test func `a file whose name looks like a place`() {
        let file = ForeignText("/etc/ssh/sshd_config.d/x line 3: y.conf")
        #expect(only("/etc/ssh/sshd_config.d/x line 3: y.conf line 7: Bad Match condition", files: [Self.main, file])?.line == 7)
        // Unless it is not known: then the first place is as good as any.
        #expect(only("/etc/ssh/sshd_config.d/x line 3: y.conf line 7: Bad Match condition")?.line == 3)
    }

    @Test func `why it failed: the first refused line, where its last words only count them`() {
        let stderr =
            "/f line 1: Deprecated option UseLogin\r\n/f: line 2: Bad configuration option: Foo\r\n"
            + "/f line 3: no argument after keyword \"Port\"\r\n/f: terminating, 2 bad configuration options\r\n"
        let reason = SSHDMessages(stderr: Array(stderr.utf8)).reason
        #expect(reason?.line == 2)
        #expect(reason?.file == ForeignText("/f"))
    }

    @Test func `why it failed: its last words otherwise`() {
        let stderr = "Unable to load host key: /etc/ssh/k\r\nMissing privilege separation directory: /run/sshd\r\n"
        #expect(SSHDMessages(stderr: Array(stderr.utf8)).reason?.subject == .missingDirectory(ForeignText("/run/sshd")))
        #expect(SSHDMessages(stderr: []).reason == nil)
    }

    @Test func `many and long words are cut, the last ones kept`() {
        let long = "/f line 1: " + String(repeating: "x", count: 100_000) + "\n"
        let messages = SSHDMessages(stderr: Array((String(repeating: long, count: 200) + "/f: terminating, 9 bad\n").utf8))
        #expect(messages.all.count == SSHDMessages.countLimit)
        #expect(messages.isCut)
        #expect(messages.all.last?.subject == .terminating)
        #expect(messages.all.allSatisfy { $0.text.bytes.count <= SSHDMessages.textLimit })
    }

    @Test(arguments: ["", "\n\r\n", " line 5: x", ": line : x", "/f line 5x: y", "/f line 99999999999: y", "\0: line 1"])
    func `what is no place`(_ line: String) {
        #expect(SSHDMessages(stderr: Array(line.utf8)).all.allSatisfy { $0.line == nil })
    }
}
