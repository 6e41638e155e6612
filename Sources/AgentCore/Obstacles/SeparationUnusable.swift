/// sshd's privilege separation directory is another's or writable for others, or its user is missing: it refuses every connection.
package struct SeparationUnusable: Obstacle {
    package let id = "privilege-separation-unusable"
    package let layer = Layer.server

    /// Debian's `_PATH_PRIVSEP_CHROOT_DIR`; systemd makes it when sshd starts.
    private static let directory = "/run/sshd"

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        var steps: [Step] = []
        var words: [String] = []
        let service = try facts.service()
        if case .missing = service.state { return .clear }
        func directory(_ why: String) {
            words.append("\(Self.directory) \(why)")
            steps.append(.service("give \(Self.directory) back to root alone", .directory(Self.directory, mode: 0o755)))
        }
        switch try facts.status(Self.directory) {
        case .absent:
            if case .running = service.state { directory("is missing") }
        case .unreadable(let why): return .unknown(why)
        case .present(let status):
            if status.kind != .directory {
                directory("is \(status.kind.rawValue)")
            } else if status.uid != 0 || status.mode & 0o022 != 0 {
                directory("has the mode \(String(status.mode, radix: 8)) and the owner \(status.uid), which sshd refuses")
            }
        }
        if let user = UserName("sshd"), case .absent = try facts.account(user) {
            words.append("there is no user sshd")
            let account = ["--system", "--no-create-home", "--home-dir", Self.directory, "--gid", "nogroup"]
            let make = ToolCall(.useradd, account + ["--shell", "/usr/sbin/nologin", "--", "sshd"])
            steps.append(Step(.service, "make sshd's own user", .tool(make, undo: ToolCall(.userdel, ["--", "sshd"]))))
        }
        if steps.isEmpty { return .clear }
        return .found(Finding(self, words.joined(separator: "; "), mandate: .reset, steps: steps))
    }
}
