/// A key of the request is not in the file where sshd looks for this user's keys.
package struct KeysNotAuthorized: Obstacle {
    package let id = "keys-not-authorized"
    package let layer = Layer.keys

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let wanted = asked.wanted, !wanted.keys.isEmpty else { return .clear }
        let keys: [AuthorizedKeyLine]
        switch try facts.requestKeys() {
        case .accepted(let lines): keys = lines
        case .refused(let refusal): return .refused(refusal)
        }
        let place = try Self.place(facts, asked.user)
        guard case .file(let path) = place.place else {
            guard case .nowhere(let why) = place.place else { return .clear }
            return .found(Finding(self, why, mandate: .reset, steps: []))
        }
        if let answer = place.contents {
            switch answer.contents {
            case .absent: break
            case .unreadable(let why):
                return .refused(Refusal(reason: "keys-file", message: "the keys of \(asked.user.text) cannot be written: \(why)"))
            case .bytes(let bytes):
                do {
                    let merge = try AuthorizedKeys.merging(keys, into: bytes, replacing: wanted.replacesKeys)
                    if !merge.isChanged { return .clear }
                } catch {
                    return .refused(error)
                }
            }
        }
        let shown = path.bytes.first == UInt8(ascii: "/") ? path.escaped() : "~/\(path.escaped())"
        let count = keys.count == 1 ? "a key" : "\(keys.count) keys"
        let words = wanted.replacesKeys ? "replace the keys in \(shown) by \(count)" : "add \(count) to \(shown)"
        let change = KeysChange(user: asked.user, path: path, keys: keys, replacing: wanted.replacesKeys)
        return .found(
            Finding(
                self, "the key is not in \(shown)", mandate: .user, steps: [Step(.authorizedKeys, words, .keys(change))]))
    }

    /// The place, and what is there now (nil: the account is still to be made, so nothing is).
    private static func place(_ facts: Facts, _ user: UserName) throws(Unanswered) -> (place: KeysPlace, contents: KeysFileAnswer?) {
        // Where sshd refuses its configuration its default is the best guess; the proof tells.
        let files = try facts.sshd(Connection(user: user)).value?.authorizedKeysFiles ?? KeysPlace.defaults
        guard case .local(let account) = try facts.account(user) else {
            let defaults = try facts.accountDefaults()
            let home = ForeignText(defaults.homeBase.bytes + [UInt8(ascii: "/")] + user.bytes)
            return (KeysPlace(files, name: user, uid: nil, home: home) { _ in false }, nil)
        }
        func question(_ path: ForeignText) -> KeysFileQuestion { KeysFileQuestion(user: user, home: account.entry.home, path: path) }
        let place = try KeysPlace(files, name: user, uid: account.entry.uid, home: account.entry.home) {
            (path) throws(Unanswered) -> Bool in
            if case .bytes = try facts.keysFile(question(path)).contents { return true }
            return false
        }
        guard case .file(let path) = place else { return (place, nil) }
        return (place, try facts.keysFile(question(path)))
    }
}
