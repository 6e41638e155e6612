/// The user's shell turns them away: nologin, false, or nothing that can be run.
package struct ShellRefusesLogins: Obstacle {
    package let id = "shell-refuses-logins"
    package let layer = Layer.account

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        guard case .local(let account) = try facts.account(user) else { return .clear }
        let shell = account.entry.shell
        guard let fault = try LoginShell.fault(shell, facts) else { return .clear }
        let name = user.text
        let standard = try LoginShell.standard(facts)
        let change = ToolCall(.usermod, ["--shell", standard.escaped(), "--", name])
        let undo = ToolCall(.usermod, ["--shell", String(decoding: shell.bytes, as: UTF8.self), "--", name])
        let step = Step(
            .account, "give \(name) the shell \(standard.escaped()) in place of \(shell.escaped())", .tool(change, undo: undo))
        return .found(Finding(self, "the shell of \(name), \(shell.escaped()), \(fault)", mandate: .user, steps: [step]))
    }
}
