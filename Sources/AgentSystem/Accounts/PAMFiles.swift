internal import AgentCore

/// What this guest's PAM is configured with, as far as modules keep files of their own about users.
struct PAMFiles {
    let root: Root
    private static let faillockSettings = "/etc/security/faillock.conf"

    /// Where pam_faillock keeps its counters: wherever a service or faillock.conf says, and at its default.
    func faillockFolders() -> [String] {
        paths("dir", of: "pam_faillock.so", settings: Self.faillockSettings) + ["/var/run/faillock"]
    }

    /// The fewest failures for which pam_faillock or pam_tally2 refuses a login; nil where none of the files says.
    func deniesFrom() -> Int? {
        let limits = ["pam_faillock.so", "pam_tally2.so"].flatMap { values("deny", of: $0, settings: Self.faillockSettings) }
        return limits.compactMap { PasswdFile.decimal($0.bytes).map(Int.init) }.filter { $0 > 0 }.min()
    }

    /// Where pam_pwhistory and pam_unix keep old passwords, and the copies that pam_pwhistory makes of them.
    func oldPasswordFiles() -> [String] {
        let files = paths("file", of: "pam_pwhistory.so", settings: "/etc/security/pwhistory.conf") + [OldPasswords.path]
        return files.flatMap { [$0, "\($0).old"] }
    }

    private func values(_ option: String, of module: String, settings: String) -> [ForeignText] {
        var files = ["/etc/pam.conf"]
        for name in (try? root.names(in: "/etc/pam.d")) ?? [] { files.append("/etc/pam.d/\(text(name))") }
        let found = files.flatMap { PAMArguments.values(of: option, for: module, in: contents($0)) }
        return found + (PAMArguments.value(of: option, inSettings: contents(settings)).map { [$0] } ?? [])
    }

    /// Absolute paths that `option` of the module has, each once.
    private func paths(_ option: String, of module: String, settings: String) -> [String] {
        var paths: [String] = []
        for path in values(option, of: module, settings: settings).map(text) {
            if path.utf8.first == UInt8(ascii: "/"), !paths.contains(path) { paths.append(path) }
        }
        return paths
    }

    private func contents(_ path: String) -> [UInt8] { ((try? root.read(path)) ?? nil) ?? [] }
}
