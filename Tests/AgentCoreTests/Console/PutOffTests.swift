import AgentCore
import Testing

@Suite struct PutOffTests {
    private func settings(key: Bool, password: Bool, reset: Bool = false) -> Settings {
        var settings = Settings()
        settings.username = ForeignText("alice")
        if key { settings.sshKey = secret(Fixture.ed25519) }
        if password { settings.password = secret("correct horse") }
        settings.resetSSH = reset
        return settings
    }

    @Test func itComesBackAsItWasPutOff() throws {
        let bytes = PutOff(settings(key: true, password: false, reset: true)).document.pretty()
        let read = try PutOff(reading: bytes)
        #expect(read.settings.username == ForeignText("alice") && read.settings.resetSSH && !read.hadPassword)
        #expect(read.settings.sshKey?.plain == Fixture.ed25519 && read.settings.warnings.isEmpty)
        #expect(try Request(read.settings).user?.keys.count == 1)
    }

    @Test func noPasswordIsKept() throws {
        let bytes = PutOff(settings(key: false, password: true)).document.pretty()
        #expect(!String(decoding: bytes, as: UTF8.self).contains("correct"))
        let read = try PutOff(reading: bytes)
        #expect(read.hadPassword && read.settings.password == nil)
    }

    @Test func aPasswordThatNobodyKeptIsNotProven() {
        let proven = Report(verdict: .success, message: "sshd let alice in by key", outcomes: [], exitCode: .success)
        #expect(PutOff(settings(key: true, password: false)).completed(proven).verdict == .success)
        let report = PutOff(settings(key: true, password: true)).completed(proven)
        #expect(report.verdict == .warning && report.message.contains("was not kept and so not tried: log in with it once"))
    }

    @Test(arguments: ["", "[]", "{}", "{\"settings\": 1}", "\u{0}"])
    func damageIsRefused(_ text: String) {
        #expect(throws: Refusal.self) { try PutOff(reading: Array(text.utf8)) }
    }

    @Test func usersDoNotShareAFile() {
        var other = settings(key: true, password: false)
        other.username = ForeignText("bob")
        #expect(PutOff(other).name != PutOff(settings(key: true, password: false)).name)
        #expect(PutOff(Settings()).name == "ssh")
    }
}
