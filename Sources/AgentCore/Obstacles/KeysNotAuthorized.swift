/// A key of the request is not in the file where sshd looks for this user's keys; or, with `remove_prior_keys`, another one is.
package struct KeysNotAuthorized: Obstacle {
    package let id = "keys-not-authorized"
    package let layer = Layer.keys

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        if asked.isDiagnosis { return try diagnosis(facts, asked, user) }
        guard let wanted = asked.wanted, !wanted.keys.isEmpty else { return .clear }
        let keys: [AuthorizedKeyLine]
        switch try facts.requestKeys() {
        case .accepted(let lines): keys = lines
        case .refused(let refusal): return .refused(refusal)
        }
        let site = try Site(facts, user)
        guard case .file(let path) = site.place else {
            guard case .nowhere(let why) = site.place else { return .clear }
            return .found(Finding(self, why, mandate: .reset))
        }
        let shown = Self.shown(path)
        var steps: [Step] = []
        switch try Self.verdict(site, path, keys, wanted, facts, user) {
        case .refused(let refusal): return .refused(refusal)
        case .asAsked: break
        case .differs:
            let count = keys.count == 1 ? "a key" : "\(keys.count) keys"
            let words = wanted.replacesKeys ? "replace the keys in \(shown) by \(count)" : "add \(count) to \(shown)"
            let change = KeysChange(user: user, path: path, keys: keys, replacing: wanted.replacesKeys)
            steps.append(Step(.authorizedKeys, words, .keys(change)))
        }
        // The new key first: at no moment is there none.
        for other in wanted.replacesKeys ? site.others : [] {
            let change = KeysChange(user: user, path: other, keys: [], replacing: true)
            steps.append(Step(.authorizedKeys, "remove the prior keys in \(Self.shown(other))", .keys(change)))
        }
        if steps.isEmpty { return .clear }
        return .found(Finding(self, "the keys in \(shown) are not those that are asked for", mandate: .user, steps: steps))
    }

    /// Nothing is asked for: whether there is a key at all.
    private func diagnosis(_ facts: Facts, _ asked: Case, _ user: UserName) throws(Unanswered) -> Judgement {
        let ways: WaysIn
        switch try WaysIn.of(user, asked, facts) {
        case nil: return .clear
        case .unknown(let why): return .unknown(why)
        case .known(let known): ways = known
        }
        guard ways.keys == 0 else { return .clear }
        let places = ways.keysFiles.map(Self.shown)
        let none =
            places.isEmpty ? "sshd looks for keys of \(user.text) in no file" : "there is no key in \(places.joined(separator: ", "))"
        // A password that sshd will not take is told by another obstacle.
        if ways.hasPassword {
            return ways.takesPasswords ? .found(finding("\(none): \(user.text) has only a password", .note)) : .clear
        }
        return .found(finding("\(none), and \(user.text) has no password: nothing could let them in", .blocks))
    }

    private func finding(_ words: String, _ weight: Finding.Weight) -> Finding {
        Finding(self, words, weight: weight, mandate: .user, remedy: "send this username with \"ssh_key\"")
    }

    private enum Verdict { case asAsked, differs, refused(Refusal) }

    private static func verdict(
        _ site: Site, _ path: ForeignText, _ keys: [AuthorizedKeyLine], _ wanted: UserRequest, _ facts: Facts, _ user: UserName
    ) throws(Unanswered) -> Verdict {
        // The account is still to be made, so nothing is there.
        guard let answer = site.contents, let uid = site.uid else { return .differs }
        switch answer.contents {
        case .absent:
            if path.bytes.first == UInt8(ascii: "/") { return .differs }
            if try isMendable(user, facts) { return .differs }
            if case .directory = try facts.home(user).state { return .differs }
            return .refused(
                Refusal(reason: "keys-file", message: "the keys of \(user.text) have no home to go to: \(try homeFault(user, facts))"))
        case .unreadable(let why):
            if path.bytes.first != UInt8(ascii: "/"), try isMendable(user, facts) { return .differs }
            return .refused(Refusal(reason: "keys-file", message: "the keys of \(user.text) cannot be written: \(why)"))
        case .bytes(let bytes):
            let file = answer.parts.first { $0.path == path }
            let mustMakeRoom = file.map { KeysPathUnsafe.judge($0, isFile: true, uid: uid)?.actions.contains(.setAside) == true } ?? false
            do throws(Refusal) {
                let merge = try AuthorizedKeys.merging(keys, into: bytes, replacing: wanted.replacesKeys)
                return merge.isChanged || mustMakeRoom ? .differs : .asAsked
            } catch {
                return .refused(error)
            }
        }
    }

    /// What cannot be read now may be so once the home and what is in it are the user's again: the step looks anew.
    private static func isMendable(_ user: UserName, _ facts: Facts) throws(Unanswered) -> Bool {
        let home = try facts.home(user)
        switch (home.state, home.owner) {
        case (.absent, _), (.notDirectory, _), (.directory, .user), (.directory, .root), (.directory, .nobody): return home.isRootsPath
        default: return false
        }
    }

    private static func homeFault(_ user: UserName, _ facts: Facts) throws(Unanswered) -> String {
        let asked = Case(diagnosing: user)
        switch try HomeMissing().judge(facts, asked) {
        case .found(let finding): return finding.explanation
        case .unknown(let why): return why
        case .clear, .refused: return "it cannot be reached"
        }
    }

    static func shown(_ path: ForeignText) -> String {
        path.bytes.first == UInt8(ascii: "/") ? path.escaped() : "~/\(path.escaped())"
    }
}

extension KeysNotAuthorized {
    /// Where sshd looks for this user's keys, and what is there.
    private struct Site {
        let place: KeysPlace
        /// nil: the account is still to be made.
        let uid: UInt32?
        let contents: KeysFileAnswer?
        /// Further files of the user's own that exist.
        let others: [ForeignText]

        init(_ facts: Facts, _ user: UserName) throws(Unanswered) {
            // Where sshd refuses its configuration its default is the best guess; the proof tells.
            let files = try facts.sshd(Connection(user: user)).value?.authorizedKeysFiles ?? KeysPlace.defaults
            guard case .local(let account) = try facts.account(user) else {
                place = KeysPlace(files, name: user, uid: nil, home: try HomeReplacement.place(user, facts)) { _ in false }
                (uid, contents, others) = (nil, nil, [])
                return
            }
            let entry = account.entry
            if let fresh = try HomeReplacement.of(account, user, facts) {
                // Nobody has looked there yet; the step does.
                place = KeysPlace(files, name: user, uid: entry.uid, home: fresh) { _ in false }
                (uid, contents, others) = (nil, nil, [])
                return
            }
            func answer(_ path: ForeignText) throws(Unanswered) -> KeysFileAnswer {
                try facts.keysFile(KeysFileQuestion(user: user, home: entry.home, path: path))
            }
            func exists(_ path: ForeignText) throws(Unanswered) -> Bool {
                if case .bytes = try answer(path).contents { return true }
                return false
            }
            let place = try KeysPlace(files, name: user, uid: entry.uid, home: entry.home, exists: exists)
            self.place = place
            uid = entry.uid
            guard case .file(let path) = place else {
                (contents, others) = (nil, [])
                return
            }
            contents = try answer(path)
            var found: [ForeignText] = []
            for other in KeysPlace.own(files, name: user, uid: entry.uid, home: entry.home) where other != path {
                if try exists(other), !found.contains(other) { found.append(other) }
            }
            others = found
        }
    }
}
