internal import AgentCore
internal import COpenSSL
internal import Glibc

/// What a transaction left, written down when it commits: by that an `undo` days later knows what others have changed since.
extension Applier {
    /// Commits, with what the changes left.
    package func commit(_ transaction: Transaction) throws(Fault) {
        var marks: [String] = []
        for undo in transaction.undos { marks.append(mark(of: undo, keeping: transaction)) }
        try transaction.commit(marks: marks, account: transaction.header.user.flatMap(account))
        // It stands whatever becomes of this.
        try? TransactionHistory(guest).prune()
    }

    /// An account, told apart from a later one of the same name: its uid, and its home by its file and birth. nil: there is none.
    func account(of user: UserName) -> String? {
        guard let account = try? guest.accounts.account(user) else { return nil }
        let home = Home(guest: guest, path: account.entry.home, identity: nil)
        return "uid \(account.entry.uid) home \(Hex.text(of: account.entry.home.bytes)) \(home.birthMark)"
    }

    private static let unknown = "unknown"

    /// A few words that are the same as long as nobody changes what `undo` would overwrite.
    ///
    /// - Parameter transaction: where a file of keys is kept as it was left; nil: it is compared and not kept.
    private func mark(of undo: Undo, keeping transaction: Transaction) -> String {
        do throws(Fault) {
            guard case .keys(let user, let path, _) = undo else { return try mark(of: undo) }
            guard let bytes = try guest.keysFile(of: user, path: path).read() else { return "absent" }
            return "kept \(try transaction.save(bytes))"
        } catch {
            return Self.unknown
        }
    }

    /// Whether it is as the mark says; what cannot be looked at counts as changed.
    func isChanged(_ undo: Undo, since mark: String, savedIn folder: String) -> Bool {
        if mark == Self.unknown { return true }
        do throws(Fault) {
            guard case .keys(let user, let path, _) = undo else { return try self.mark(of: undo) != mark }
            return try guest.keysFile(of: user, path: path).read() != kept(mark, in: folder)
        } catch {
            return true
        }
    }

    /// What a file of keys held when its transaction ended.
    func kept(_ mark: String, in folder: String) throws(Fault) -> [UInt8]? {
        guard mark.hasPrefix("kept ") else { return nil }
        return try guest.root.read("\(folder)/\(mark.dropFirst(5))")
    }

    private func mark(of undo: Undo) throws(Fault) -> String {
        switch undo {
        case .tool(let call): try mark(of: call)
        case .file(let path, let saved, _, _, _): saved?.hasSuffix(".secret") == true ? "-" : try mark(ofFile: path)
        case .home(let undo): try home(of: undo.change).mark(of: undo)
        case .service(.moved(let path, let to)): "\(try mark(ofFile: path)), \(try mark(ofFile: to))"
        case .service(.attributes(let path, _, _, _)):
            try guest.root.status(path).map { "\($0.mode) \($0.uid) \($0.gid)" } ?? "absent"
        case .keys, .password, .proofLine, .folder, .service: "-"
        }
    }

    /// The one thing that the call would set.
    private func mark(of call: ToolCall) throws(Fault) -> String {
        guard let name = call.arguments.last.flatMap({ UserName($0) }), case .local(let account) = guest.accounts.answer(for: name) else {
            return "absent"
        }
        let shadow = account.shadow
        return switch call.arguments.first {
        case "--expiredate": "expires \(shadow?.expires.map(String.init) ?? "never")"
        case "--lastday": "last day \(shadow?.lastChange.map(String.init) ?? "none")"
        case "--shell": "shell \(account.entry.shell.escaped())"
        case "--lock": "locked \(shadow?.hasLockMark ?? false)"
        default: "uid \(account.entry.uid)"
        }
    }

    static let closed = "expires 1"

    func mark(ofFile path: String) throws(Fault) -> String {
        guard let status = try guest.root.status(path) else { return "absent" }
        guard status.kind == .file, let bytes = try guest.root.read(path) else { return "\(status.kind.rawValue) \(status.inode)" }
        return "\(status.mode) \(status.uid) \(status.gid) \(try Self.digest(bytes))"
    }

    /// SHA-256.
    private static func digest(_ bytes: [UInt8]) throws(Fault) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil) == 1 else {
            throw Fault("mark a file", cause: OpenSSLErrors.take())
        }
        return Hex.text(of: digest[..<Int(count)])
    }
}
