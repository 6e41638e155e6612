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
            return status.mode & 0o111 == 0 ? "is not executable" : nil
        }
    }

    /// The system's default for users: useradd's own where it says one, bash where there is one, else sh.
    package static func standard(_ facts: Facts) throws(Unanswered) -> ForeignText {
        let configured = try facts.accountDefaults().shell
        let plain = ForeignText("/bin/sh")
        for shell in (configured == plain ? [] : [configured]) + [ForeignText("/bin/bash"), plain] where try fault(shell, facts) == nil {
            return shell
        }
        return plain
    }
}
