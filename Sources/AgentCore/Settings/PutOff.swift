/// What a rescue shell leaves for the next boot: the settings that were carried out there, to be carried out once more where sshd runs,
/// and proven. No secret is in it; of a password only that there was one.
package struct PutOff: Sendable {
    package let settings: Settings
    package let hadPassword: Bool

    package init(_ settings: Settings) {
        self.settings = settings
        hadPassword = settings.password != nil
    }

    /// - Throws: `Refusal` for what this program did not write.
    package init(reading bytes: [UInt8]) throws(Refusal) {
        let damaged = Refusal(reason: "damaged", message: "what a rescue shell put off cannot be read: send it again")
        guard let object = (try? JSONReader.read(Secret(copying: bytes)))?.root.object, let settings = object["settings"]?.object else {
            throw damaged
        }
        self.settings = try Settings.decode(protected: settings, public: nil)
        hadPassword = object["password"]?.bool ?? false
    }

    package var document: JSONOutput {
        var members: [(String, JSONOutput)] = []
        if let name = settings.username { members.append((SettingKey.username.rawValue, .text(name))) }
        // Judged before: it holds public keys and nothing else.
        if let key = settings.sshKey {
            members.append((SettingKey.sshKey.rawValue, .text(ForeignText((0..<key.count).lazy.map { key[$0] }))))
        }
        if settings.resetSSH { members.append((SettingKey.resetSSH.rawValue, .bool(true))) }
        return .object([("settings", .object(members)), ("password", .bool(hadPassword))])
    }

    /// Of its file: one for each user, and one for SSH as a whole.
    package var name: String { settings.username.map { "user-\(Hex.text(of: $0.bytes))" } ?? "ssh" }

    package static let reason = "this is a rescue shell; sshd is asked at the next boot, and its answer is in the status and on the console"

    /// The report of the boot: a password that nobody kept cannot be tried.
    package func completed(_ report: Report) -> Report {
        guard hadPassword, report.verdict == .success, let name = settings.username else { return report }
        let words = "the password that was set in the rescue shell was not kept and so not tried: log in with it once"
        return Report(
            verdict: .warning, message: "\(name.escaped()) can log in (\(report.message)), but \(words)",
            outcomes: report.outcomes + [Report.Outcome(.password, .warning, words)], exitCode: report.exitCode)
    }

    /// What is said of a reset that is wholly put off.
    package static var reset: Report {
        let words = "SSH is reset at the next boot, when systemd runs; how it went is then in the status and on the console"
        return Report(verdict: .warning, message: words, outcomes: [], exitCode: .success)
    }
}
