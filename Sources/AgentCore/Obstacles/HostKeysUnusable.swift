/// sshd cannot use a host key: it is missing, damaged, or others may read it. Valid ones are never replaced.
package struct HostKeysUnusable: Obstacle {
    package let id = "host-keys-unusable"
    package let layer = Layer.server

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        // One key that serves is enough, unless all is to be put in order.
        if !asked.resets, !asked.isDiagnosis {
            for path in HostKeyFact.paths.reversed() where try facts.hostKey(path).state == .valid { return .clear }
        }
        var keys: [HostKeyFact] = []
        for path in HostKeyFact.paths { keys.append(try facts.hostKey(path)) }
        // A configuration may name others; sshd tells which it loads, and that it could.
        if asked.isDiagnosis, let named = try ServicePort.effective(facts, asked)?.hostKeys, !named.isEmpty {
            keys.removeAll { !named.contains(ForeignText($0.path)) }
            if keys.isEmpty { return .clear }
        }
        var steps: [Step] = []
        var words: [String] = []
        var missing: [String] = []
        var damaged = false
        var doubt: String?
        for key in keys {
            switch key.state {
            case .valid: continue
            case .unknown(let why): doubt = doubt ?? "the host key \(key.path): \(why)"
            case .missing: missing.append(key.path)
            case .broken(let why):
                words.append("the host key \(key.path) cannot be read (\(why))")
                steps.append(.service("set the unusable host key \(key.path) aside", .setAside(key.path)))
                damaged = true
                missing.append(key.path)
            case .exposed(let status):
                words.append("the host key \(key.path) has the mode \(String(status.mode, radix: 8)), which sshd refuses")
                steps.append(.service("protect the host key \(key.path)", .protect(key.path, mode: 0o600)))
            }
        }
        if let doubt { return .unknown(doubt) }
        // An administrator may well have taken away some types; one that serves is enough.
        let usable = keys.contains { if case .valid = $0.state { true } else if case .exposed = $0.state { true } else { false } }
        if !usable { words.append("there is no usable host key in /etc/ssh") }
        if !usable || damaged {
            steps.append(.service("make the host keys that are missing", .hostKeys(missing)))
        }
        let serves = keys.contains { $0.state == .valid }
        if steps.isEmpty { return .clear }
        return .found(
            Finding(self, words.joined(separator: "; "), weight: serves ? .note : .blocks, mandate: .reset, steps: steps))
    }
}
