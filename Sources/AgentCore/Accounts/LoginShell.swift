/// Which shells let their user work, and which one a user gets whose own does not.
package enum LoginShell {
    /// Programs that are made to say no, wherever they lie.
    private static let refusing: Set<ForeignText> = [
        ForeignText("nologin"), ForeignText("false"), ForeignText("true"), ForeignText("sync"),
    ]

    /// Why sshd or the program itself turns everybody away; nil where neither does. sshd's rule is `allowed_user` in auth.c: the shell
    /// must be a regular file that somebody may execute.
    package static func fault(_ shell: ForeignText, _ facts: Facts) throws(Unanswered) -> String? {
        // passwd(5): an empty field is /bin/sh.
        let path = shell.isEmpty ? "/bin/sh" : String(decoding: shell.bytes, as: UTF8.self)
        let name = shell.bytes.split(separator: UInt8(ascii: "/")).last.map { ForeignText($0) }
        if let name, refusing.contains(name) { return "lets nobody work" }
        guard path.utf8.first == UInt8(ascii: "/") else { return "is no absolute path" }
        switch try facts.target(path) {
        case .absent: return "does not exist"
        // What cannot be looked at is no reason to replace it; the proof tells.
        case .unreadable: return nil
        case .present(let status):
            if status.kind != .file { return "is \(status.kind.rawValue)" }
            if status.mode & 0o111 == 0 { return "is not executable" }
            return try isUnlisted(path, facts) ? "is not in /etc/shells, which pam_shells demands" : nil
        }
    }

    /// Whether pam_shells(8) is among what sshd asks, and /etc/shells lacks the shell.
    private static func isUnlisted(_ path: String, _ facts: Facts) throws(Unanswered) -> Bool {
        var isAsked = false
        for name in ["sshd", "common-auth", "common-account"] where !isAsked {
            if case .contents(let file) = try facts.file("/etc/pam.d/\(name)") { isAsked = PAMArguments.names("pam_shells.so", in: file) }
        }
        if !isAsked { return false }
        return try !listed(facts).contains(ForeignText(path))
    }

    private static func listed(_ facts: Facts) throws(Unanswered) -> [ForeignText] {
        guard case .contents(let file) = try facts.file("/etc/shells") else { return [] }
        return file.split(separator: 0x0a).filter { $0.first == UInt8(ascii: "/") }.map { ForeignText($0) }
    }

    /// The system's default for users: useradd's own where it says one, bash where there is one, else sh.
    package static func standard(_ facts: Facts) throws(Unanswered) -> ForeignText {
        let configured = try facts.accountDefaults().shell
        let plain = ForeignText("/bin/sh")
        for shell in (configured == plain ? [] : [configured]) + [ForeignText("/bin/bash"), plain] where try fault(shell, facts) == nil {
            return shell
        }
        // Where the site allows none of those.
        for shell in try listed(facts) where try fault(shell, facts) == nil { return shell }
        return plain
    }
}
