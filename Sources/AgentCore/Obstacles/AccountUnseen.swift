/// passwd and shadow have the account, and the name service, which sshd, PAM and every program ask, does not show it (nsswitch.conf(5)).
package struct AccountUnseen: Obstacle {
    package let id = "account-unseen"
    package let layer = Layer.account
    private static let configuration = "/etc/nsswitch.conf"

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user, case .local = try facts.account(user) else { return .clear }
        if let closed = try closedFile(facts, user) { return .found(closed) }
        let databases: [String]
        switch try facts.unseen(user) {
        case .known(let known): databases = known
        case .unknown(let why): return .unknown(why)
        }
        if databases.isEmpty { return .clear }
        let files = databases.map { "/etc/\($0)" }.joined(separator: " and ")
        let words = "the name service does not show \(user.text), who is in \(files), so that sshd and PAM know no such user"
        return .found(
            Finding(
                self, words, evidence: try evidence(databases, facts), mandate: .nobody,
                remedy: "have \(databases.joined(separator: " and ")) ask files in \(Self.configuration)"))
    }

    /// Programs of the user's own read these.
    private func closedFile(_ facts: Facts, _ user: UserName) throws(Unanswered) -> Finding? {
        for path in ["/etc/passwd", "/etc/group", Self.configuration] {
            guard case .present(let status) = try facts.target(path), status.kind == .file, status.mode & 0o004 == 0 else { continue }
            let words = "\(path) has the mode \(String(status.mode, radix: 8)), so that the programs of \(user.text) cannot read it"
            return Finding(self, words, command: "chmod 644 \(path)", mandate: .nobody)
        }
        return nil
    }

    private func evidence(_ databases: [String], _ facts: Facts) throws(Unanswered) -> [Evidence] {
        guard case .contents(let file) = try facts.file(Self.configuration) else { return [Evidence(Self.configuration)] }
        var found: [Evidence] = []
        for (index, line) in file.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let body = line.drop { $0 == 0x20 || $0 == 0x09 }
            if databases.contains(where: { body.starts(with: "\($0):".utf8) }) {
                found.append(Evidence(ForeignText("\(Self.configuration):\(index + 1)"), ForeignText(body)))
            }
        }
        return found.isEmpty ? [Evidence(Self.configuration)] : found
    }
}
