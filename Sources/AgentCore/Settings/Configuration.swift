/// `/etc/vmaccess-agent.conf`: what a site demands of settings that reach this machine from outside, and what it lets them do.
///
/// Lines of `Key=value`; blank lines and those that begin with `#` say nothing. See vmaccess-agent.conf(5).
package struct Configuration: Hashable, Sendable {
    package static let path = "/etc/vmaccess-agent.conf"

    /// Dropped settings in clear text are refused.
    package var requiresSealed = false
    /// Dropped settings that no trusted key has signed are refused, and so are unsealed ones.
    package var requiresSigned = false
    package var acceptsDrops = true
    package var acceptsCredential = true
    /// Off: whoever can attach a disk, or make one, could bring settings.
    package var acceptsDisk = false
    package var acceptsHandler = true
    package var allowsReset = true
    package var allowsNewUsers = true

    package init() {}

    private static var keys: [(name: String, field: WritableKeyPath<Configuration, Bool>)] {
        [
            ("RequireSealed", \.requiresSealed), ("RequireSigned", \.requiresSigned), ("AcceptDrops", \.acceptsDrops),
            ("AcceptCredential", \.acceptsCredential), ("AcceptDisk", \.acceptsDisk), ("AcceptHandler", \.acceptsHandler),
            ("AllowReset", \.allowsReset), ("AllowNewUsers", \.allowsNewUsers),
        ]
    }

    /// - Throws: `Refusal`: a demand that cannot be read must not be passed over.
    package init(_ text: [UInt8]) throws(Refusal) {
        var seen: Set<String> = []
        for (index, line) in text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let words = Self.trimmed(line)
            if words.isEmpty || words.first == UInt8(ascii: "#") { continue }
            guard let equals = words.firstIndex(of: UInt8(ascii: "=")) else { throw Self.wrong(index, "has no \"=\"") }
            let word = Self.trimmed(words[..<equals])
            let value = try Self.flag(Self.trimmed(words[(equals + 1)...]), index)
            guard let key = Self.keys.first(where: { word.elementsEqual($0.name.utf8) }) else {
                throw Self.wrong(index, "has the unknown key \(ForeignText(word).quoted(limit: 40))")
            }
            // Which of two was meant is not guessed.
            guard seen.insert(key.name).inserted else { throw Self.wrong(index, "sets \(key.name) a second time") }
            self[keyPath: key.field] = value
        }
    }

    private static func flag(_ word: ArraySlice<UInt8>, _ index: Int) throws(Refusal) -> Bool {
        if ["yes", "true", "on", "1"].contains(where: { word.elementsEqual($0.utf8) }) { return true }
        if ["no", "false", "off", "0"].contains(where: { word.elementsEqual($0.utf8) }) { return false }
        throw wrong(index, "says neither yes nor no")
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
        guard let last = line.lastIndex(where: { !isBlank($0) }) else { return [] }
        return line[...last].drop(while: isBlank)
    }

    private static func wrong(_ index: Int, _ what: String) -> Refusal {
        Refusal(reason: "bad-configuration", message: "\(path), line \(index + 1), \(what); nothing is carried out until that is put right")
    }
}

/// A way by which settings reach this machine without anybody who is root on it already.
package enum WayIn: CaseIterable, Sendable {
    case drops, credential, disk, handler
}

extension Configuration {
    package func accepts(_ way: WayIn) -> Bool {
        switch way {
        case .drops: acceptsDrops
        case .credential: acceptsCredential
        case .disk: acceptsDisk
        case .handler: acceptsHandler
        }
    }

    /// - Throws: `Refusal` where settings that come by `way` are not to be looked at.
    package func admit(_ way: WayIn) throws(Refusal) {
        guard !accepts(way) else { return }
        let words =
            switch way {
            case .drops: "takes no dropped settings (AcceptDrops=no)"
            case .credential: "takes no settings from a credential of systemd's (AcceptCredential=no)"
            case .disk: "takes no settings from a disk (AcceptDisk=yes would)"
            case .handler: "takes no settings from the Azure agent (AcceptHandler=no)"
            }
        throw Self.refusal("way-closed", words)
    }

    /// - Throws: `Refusal` for a request that asks for what the site forbids; `Unanswered`.
    package func judge(_ request: Request, _ facts: Facts) throws {
        if !allowsReset, request.resetSSH || request.restoresBackup {
            let setting: SettingKey = request.resetSSH ? .resetSSH : .restoreBackupSSH
            throw Self.refusal("reset-forbidden", "lets no settings reset SSH (AllowReset=no): send them without \(setting.quoted)")
        }
        if !allowsNewUsers, let user = request.user, case .absent = try facts.account(user.name) {
            throw Self.refusal(
                "new-user-forbidden",
                "lets no settings create a user (AllowNewUsers=no), and there is no account \(user.name.text): name one that there is")
        }
    }

    /// - Parameter words: what follows "this machine".
    package static func refusal(_ reason: String, _ words: String) -> Refusal {
        Refusal(reason: reason, message: "this machine (by \(path)) \(words)")
    }
}
