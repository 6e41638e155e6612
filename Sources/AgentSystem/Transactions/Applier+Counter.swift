internal import AgentCore
internal import Glibc

/// Taking back in a transaction of its own: before anything is taken back, it is recorded how that is taken back.
extension Applier {
    /// Takes one change back, so that `transaction` can put it there again.
    func takeBack(_ undo: Undo, savedIn folder: String, _ summary: String, in transaction: Transaction) throws(Fault) {
        for counter in try counters(to: undo, in: transaction) { try transaction.record(counter, summary) }
        try takeBack(undo, savedIn: folder)
    }

    /// A user's file of keys becomes `contents`; nil: it goes.
    func setKeys(
        of user: UserName, _ path: ForeignText, to contents: [UInt8]?, _ summary: String, in transaction: Transaction
    ) throws(Fault) {
        let file = try guest.keysFile(of: user, path: path)
        let saved: String? = if let now = try file.read() { try transaction.save(now) } else { nil }
        try transaction.record(.keys(user, path: path, saved: saved), summary)
        _ = try file.edit { (_) throws(Fault) in contents }
    }

    /// What brings back what is there now, in the order in which it is recorded.
    private func counters(to undo: Undo, in transaction: Transaction) throws(Fault) -> [Undo] {
        switch undo {
        case .tool(let call): try counters(to: call, in: transaction)
        case .file(let path, _, _, _, _): [try present(path, in: transaction)]
        case .home(let undo): [.home(try home(of: undo.change).counter(to: undo))]
        case .service(let undo): try counters(to: undo, in: transaction)
        case .keys(let user, let path, _), .proofLine(let user, let path, _):
            [
                .keys(
                    user, path: path,
                    saved: try guest.keysFile(of: user, path: path).read().map { (bytes) throws(Fault) in try transaction.save(bytes) })
            ]
        case .password, .folder: []
        }
    }

    private func counters(to call: ToolCall, in transaction: Transaction) throws(Fault) -> [Undo] {
        guard let option = call.arguments.first, let name = call.arguments.last.flatMap({ UserName($0) }) else { return [] }
        let account = try guest.accounts.account(name)
        func again(_ value: String) -> [Undo] { [.tool(ToolCall(call.tool, [option, value, "--", name.text]))] }
        switch option {
        case "--expiredate": return again(account.shadow?.expires.map { Expiration(days: $0).text } ?? "")
        case "--lastday": return again(account.shadow?.lastChange.map(String.init) ?? "-1")
        case "--shell": return again(text(account.entry.shell))
        case "--lock":
            guard let field = try guest.accounts.passwordField(of: name) else { return [] }
            return [.password(name, saved: try transaction.save(field))]
        default: throw Fault("undo \(call.commandLine)", cause: "that could not be taken back")
        }
    }

    private func counters(to undo: ServiceUndo, in transaction: Transaction) throws(Fault) -> [Undo] {
        switch undo {
        case .serving(let unit, _): return [.service(.serving(unit: unit, isActive: try guest.service.isActive(unit)))]
        case .moved(let path, let to):
            var counters: [Undo] = []
            if try guest.root.status(path) != nil { counters.append(try present(path, in: transaction)) }
            return counters + [.service(.moved(path: to, to: path))]
        case .linked(let path): return [try present(path, in: transaction)]
        case .attributes(let path, _, _, _):
            guard let status = try guest.root.status(path) else { return [] }
            return [.service(.attributes(path: path, mode: status.mode, uid: status.uid, gid: status.gid))]
        case .mask, .disable: throw Fault("undo a change of units", cause: "that could not be taken back")
        case .rule(let rule): return [.service(.removedRule(rule))]
        case .removedRule(let rule): return [.service(.rule(rule))]
        }
    }

    /// The file as it is now.
    private func present(_ path: String, in transaction: Transaction) throws(Fault) -> Undo {
        guard let status = try guest.root.status(path) else { return .file(path: path, saved: nil, mode: 0, uid: 0, gid: 0) }
        guard status.kind == .file, let bytes = try guest.root.read(path) else {
            throw Fault("keep \(path)", cause: "it is \(status.kind.rawValue), not a regular file")
        }
        return .file(path: path, saved: try transaction.save(bytes), mode: status.mode, uid: status.uid, gid: status.gid)
    }
}
