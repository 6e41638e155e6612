/// On the way from the home to the keys file something stands that sshd does not trust (`safe_path` in misc.c), or that keeps the
/// agent from writing there with the user's own rights.
package struct KeysPathUnsafe: Obstacle {
    package let id = "keys-path-unsafe"
    package let layer = Layer.keys

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard let user = asked.user else { return .clear }
        // A request for a password alone says nothing of keys.
        if let wanted = asked.wanted, wanted.password != nil, wanted.keys.isEmpty { return .clear }
        guard case .local(let account) = try facts.account(user) else { return .clear }
        let home = account.entry.home
        if try HomeReplacement.of(account, user, facts) != nil { return .clear }
        let files = try facts.sshd(asked.keysConnection(of: user)).value?.authorizedKeysFiles ?? KeysPlace.defaults
        let own = KeysPlace.own(files, name: user, uid: account.entry.uid, home: home)
        // What is asked for goes into one of them; the others need only not be in the way where they hold keys, and sshd skips them.
        var held: ForeignText?
        for path in own where held == nil {
            if case .bytes = try facts.keysFile(KeysFileQuestion(user: user, home: home, path: path)).contents { held = path }
        }
        guard let path = held ?? own.first, path.bytes.first != UInt8(ascii: "/") else { return .clear }
        let answer = try facts.keysFile(KeysFileQuestion(user: user, home: home, path: path))
        if asked.isDiagnosis, answer.parts.isEmpty, case .unreadable(let why) = answer.contents { return .unknown(why) }
        var words: [String] = []
        var steps: [Step] = []
        for part in answer.parts {
            // What only the agent would stumble over refuses nobody.
            let part = asked.isDiagnosis ? KeysPathPart(path: part.path, entry: part.entry, target: part.target) : part
            let judgement = Self.judge(part, isFile: part.path == path, uid: account.entry.uid)
            guard let judgement else { continue }
            let shown = "~/\(part.path.escaped())"
            words.append("\(shown) \(judgement.words)")
            // What sshd may have read by that link is not lost to the user with it.
            if part.path != path, part.entry.kind == .link, judgement.actions == [.setAside], case .bytes = answer.contents {
                let change = KeysChange(user: user, path: path, keys: [], replacing: false)
                steps.append(Step(.authorizedKeys, "put a folder with the keys that are there in place of \(shown)", .keys(change)))
                return Self.finding(self, words, steps)
            }
            // A file that has to make room does so when the keys are written, which carries over what it holds.
            for action in judgement.actions where part.path != path || action != .setAside {
                let change = HomeChange(user: user, home: home, part: part.path, action)
                steps.append(Step(.authorizedKeys, Self.order(action, shown), .home(change)))
            }
            // Below what is moved away nothing is left to judge.
            if judgement.actions.contains(.setAside), part.path != path { return Self.finding(self, words, steps) }
        }
        for file in asked.isDiagnosis ? [] : answer.siblings {
            guard let mode = KeysFolder.mode(for: file, uid: account.entry.uid) else { continue }
            let shown = "~/\(file.path.escaped())"
            words.append("\(shown) has the mode \(String(file.entry.mode, radix: 8))")
            let change = HomeChange(user: user, home: home, part: file.path, .mode(mode))
            steps.append(Step(.authorizedKeys, Self.order(.mode(mode), shown), .home(change)))
        }
        return Self.finding(self, words, steps)
    }

    private static func finding(_ obstacle: Self, _ words: [String], _ steps: [Step]) -> Judgement {
        steps.isEmpty ? .clear : .found(Finding(obstacle, words.joined(separator: "; "), mandate: .user, steps: steps))
    }

    /// What is wrong with one component and what to do; nil where nothing is.
    package static func judge(_ part: KeysPathPart, isFile: Bool, uid: UInt32) -> (words: String, actions: [HomeChange.Action])? {
        let wantedKind: FileStatus.Kind = isFile ? .file : .directory
        // Read through and replaced when the keys are written: the link itself is kept aside then.
        guard let target = part.target, target.kind == wantedKind else {
            if part.entry.kind == .link { return ("is a link that leads out of the home or nowhere", [.setAside]) }
            return ("is \(part.entry.kind.rawValue)", fixing(part) + [.setAside])
        }
        if target.uid != uid {
            // A file of root's is sshd's to trust and, being in the user's folder, the user's to replace.
            if isFile, target.uid == 0, target.mode & 0o022 == 0, target.mode & 0o004 != 0, !part.isFixed { return nil }
            return ("belongs to uid \(target.uid)", fixing(part) + [.setAside])
        }
        let wanted: UInt32 =
            isFile
            ? 0o600
            : part.path.bytes.suffix(4).elementsEqual("/.ssh".utf8) || part.path.bytes.elementsEqual(".ssh".utf8)
                ? 0o700 : target.mode & 0o7755 | 0o700
        let isOpen = target.mode & 0o022 != 0 || target.mode & (isFile ? 0o600 : 0o700) != (isFile ? 0o600 : 0o700)
        guard isOpen || part.isFixed else { return nil }
        // The folder that it leads to is judged by itself.
        if part.entry.kind == .link, !isFile { return nil }
        // A mode is changed without following links.
        if part.entry.kind == .link { return ("is a link to what has the mode \(String(target.mode, radix: 8))", [.setAside]) }
        // Its mode is also that of its other names, wherever they are.
        if isFile, isOpen, target.links > 1 {
            return ("has the mode \(String(target.mode, radix: 8)) and other names", fixing(part) + [.setAside])
        }
        let words = isOpen ? "has the mode \(String(target.mode, radix: 8))" : "is immutable"
        return (words, fixing(part) + (isOpen ? [.mode(wanted)] : []))
    }

    private static func fixing(_ part: KeysPathPart) -> [HomeChange.Action] { part.isFixed ? [.clearAttributes] : [] }

    private static func order(_ action: HomeChange.Action, _ shown: String) -> String {
        switch action {
        case .mode(let mode): "give \(shown) the mode \(String(mode, radix: 8))"
        case .setAside: "move \(shown) out of the way"
        case .clearAttributes: "take the immutable attribute off \(shown)"
        case .make, .own, .remove, .removeMade: "change \(shown)"
        }
    }
}
