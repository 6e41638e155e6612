/// The user may not become root, or would be asked for a password that there is not.
package struct SudoNotGranted: Obstacle {
    package let id = "sudo-not-granted"
    package let layer = Layer.sudo

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        // Of somebody who is not there nothing can be said, and of a directory's user too little.
        if asked.isDiagnosis {
            guard case .local = try facts.account(user) else { return .clear }
        }
        // Many may log in and not become root.
        let weight: Finding.Weight = asked.isDiagnosis ? .note : .blocks
        if let broken = try program(facts, user, weight) { return .found(broken) }
        let grants: SudoGrants
        switch try facts.sudo(user) {
        case .known(let known): grants = known
        case .unknown(let why): return .unknown(why)
        }
        if grants == .noSudo {
            return .found(
                Finding(self, "sudo is not installed, so \(user.text) cannot become root", weight: weight, mandate: .nobody))
        }
        let needsPasswordless = try Self.mustWorkWithoutPassword(facts, asked, user)
        switch grants {
        case .everythingWithoutPassword: return .clear
        case .everythingWithPassword where !needsPasswordless: return .clear
        default: break
        }
        if let unread = try folder(facts, user, weight) { return .found(unread) }
        let grant = SudoGrant(
            user: user, asksPassword: !needsPasswordless,
            asksOwnPassword: !needsPasswordless && grants == .everythingWithOthersPassword)
        let step = Step(
            .sudo, needsPasswordless ? "grant sudo to \(user.text) without a password" : "grant sudo to \(user.text)",
            .file(FileChange(path: grant.path, contents: grant.contents, mode: 0o440, check: .visudo)))
        var steps = [step]
        // Without the folder's inclusion nobody would read the grant. To include the folder would give force to what else lies in it.
        if case .contents(let main) = try facts.file("/etc/sudoers"), !SudoersLines.includesFolder(main) {
            let line = "@include \(grant.path)\n"
            if !main.split(separator: 0x0a).contains(where: { $0.elementsEqual(line.utf8.dropLast()) }) {
                guard case .present(let status) = try facts.status("/etc/sudoers"), status.kind == .file else {
                    return .unknown("/etc/sudoers is not a file that can be added to")
                }
                let ended = main.last == 0x0a || main.isEmpty ? main : main + [0x0a]
                steps.append(
                    Step(
                        .sudo, "have /etc/sudoers, which does not read /etc/sudoers.d, include \(grant.path)",
                        .file(FileChange(path: "/etc/sudoers", contents: ended + Array(line.utf8), mode: status.mode, check: .visudo))))
            }
        }
        let words =
            switch grants {
            case .everythingWithOthersPassword: "sudo would ask \(user.text) for another's password"
            case .everythingWithPassword: "sudo would ask \(user.text) for a password"
            default: "\(user.text) has no sudo grant"
            }
        return .found(
            Finding(
                self, words, weight: weight, mandate: asked.isDiagnosis ? .word : .user,
                remedy: asked.isDiagnosis ? "send this username again, which grants sudo" : nil, steps: steps))
    }

    /// A program that is not root's to all who run it makes nobody root.
    private func program(_ facts: Facts, _ user: UserName, _ weight: Finding.Weight) throws(Unanswered) -> Finding? {
        let path = "/usr/bin/sudo"
        guard case .present(let status) = try facts.target(path), status.kind == .file,
            status.uid != 0 || status.mode & 0o4111 != 0o4111
        else { return nil }
        let words = "sudo makes nobody root: \(path) belongs to uid \(status.uid) and has the mode \(String(status.mode, radix: 8))"
        return Finding(self, words, weight: weight, command: "chown root: \(path); chmod 4755 \(path)", mandate: .nobody)
    }

    /// sudo reads no folder in which others may write (`sudo_secure_dir`), and root must not write there either.
    private func folder(_ facts: Facts, _ user: UserName, _ weight: Finding.Weight) throws(Unanswered) -> Finding? {
        let path = "/etc/sudoers.d"
        guard case .present(let status) = try facts.status(path), status.kind == .directory,
            status.uid != 0 || status.mode & 0o022 != 0
        else { return nil }
        let words =
            "\(user.text) has no sudo grant, and \(path) takes none: it belongs to uid \(status.uid) and has the mode "
            + String(status.mode, radix: 8)
        return Finding(self, words, weight: weight, command: "chown root: \(path); chmod 755 \(path)", mandate: .nobody)
    }

    /// Asked for; or a user who has only keys and so nothing to answer a prompt with.
    private static func mustWorkWithoutPassword(_ facts: Facts, _ asked: Case, _ user: UserName) throws(Unanswered) -> Bool {
        if asked.wanted?.passwordlessSudo == true { return true }
        if asked.wanted?.password != nil { return false }
        guard case .local(let account) = try facts.account(user) else { return true }
        return account.shadow?.password != .set
    }
}
