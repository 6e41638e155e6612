/// What sshd's configuration becomes by `reset_ssh`: the distribution's own, what is kept, and the user's own block.
package struct ResetConfiguration: Sendable {
    package let change: ConfigurationChange
    /// What could not be kept, each with its place.
    package let dropped: [String]

    /// Works it out, asking sshd about each candidate until it accepts one.
    ///
    /// - Throws: `Unanswered`.
    /// - Returns: nil with why, where sshd accepts not even the distribution's own.
    package static func plan(_ facts: Facts, _ asked: Case) throws(Unanswered) -> (ResetConfiguration?, why: String?) {
        let main = ConfigurationPaths.main(try facts.service().arguments)
        let pristine = try pristineBytes(facts)
        let pristineConfiguration = read(main: main, pristine)
        var kept: KeptConfiguration?
        // A configuration that cannot even be read holds nothing to keep.
        if case .known(let current) = try facts.configuration() {
            kept = KeptConfiguration(
                current, pristine: pristineConfiguration, user: asked.subject, connections: try connections(facts, asked.subject))
        }
        while true {
            let plain = try change(facts, main, pristine, kept, nil, asked)
            switch try facts.candidate(plain) {
            case .accepted, .unknown:
                return (try finished(facts, main, pristine, kept, plain, asked), nil)
            case .refused(let message):
                let isKept = message.file == ForeignText(ConfigurationPaths.kept)
                if isKept, let line = message.line, kept?.drop(line: line, because: message.text.escaped(limit: 80)) == true { continue }
                if kept?.contents != nil {
                    // It cannot be told which part: none is kept then, and that is told.
                    var all = kept
                    while all?.parts.isEmpty == false { _ = all?.drop(line: 2, because: "sshd refuses it") }
                    kept = all
                    continue
                }
                return (nil, SSHDWords.text(of: message))
            }
        }
    }

    private static func finished(
        _ facts: Facts, _ main: String, _ pristine: [UInt8], _ kept: KeptConfiguration?, _ plain: ConfigurationChange, _ asked: Case
    ) throws(Unanswered) -> ResetConfiguration {
        var change = plain
        if let user = asked.subject {
            let effective = try facts.effective(plain, Connection(user: user, address: SourceAddress.other)).value
            let block = UserBlock(
                user, password: asked.wanted?.password != nil, key: asked.wanted?.keys.isEmpty == false, effective: effective,
                groups: try SSHDGroups.of(user, facts), covers: true)
            change = try self.change(facts, main, pristine, kept, block, asked)
        }
        return ResetConfiguration(change: change, dropped: kept?.dropped ?? [])
    }

    /// The files that differ from what is there.
    private static func change(
        _ facts: Facts, _ main: String, _ pristine: [UInt8], _ kept: KeptConfiguration?, _ block: UserBlock?, _ asked: Case
    ) throws(Unanswered) -> ConfigurationChange {
        var target: [String: [UInt8]?] = [main: pristine]
        for name in try facts.names(in: ConfigurationPaths.dropIns) where name.bytes.suffix(5).elementsEqual(".conf".utf8) {
            guard name.bytes.first != UInt8(ascii: ".") else { continue }
            let path = "\(ConfigurationPaths.dropIns)/\(String(decoding: name.bytes, as: UTF8.self))"
            // Another user's own block opens nothing more than it did.
            if ConfigurationPaths.isOwn(path), path != ConfigurationPaths.kept, asked.subject != nil { continue }
            target[path] = .some(nil)
        }
        target[ConfigurationPaths.kept] = kept?.contents
        if let user = asked.subject { target[ConfigurationPaths.own(user)] = block?.contents }
        var files: [ConfigurationChange.File] = []
        for (path, contents) in target {
            let current = try facts.file(path)
            let status = try facts.status(path)
            switch (current, contents) {
            case (.absent, nil):
                // A link that leads nowhere is there all the same.
                if case .present = status { files.append(.init(path: path, contents: nil)) }
            case (.contents(let bytes), .some(let wanted)) where bytes == wanted: continue
            default: files.append(.init(path: path, contents: contents))
            }
        }
        return ConfigurationChange(main: main, files: files)
    }

    package static func pristineBytes(_ facts: Facts) throws(Unanswered) -> [UInt8] {
        if case .contents(let bytes) = try facts.file(ConfigurationPaths.pristine), !bytes.isEmpty { return bytes }
        return DistributionConfiguration.builtIn
    }

    private static func read(main: String, _ bytes: [UInt8]) -> SSHDConfiguration {
        SSHDConfiguration.read(main: (ForeignText(main), bytes)) { _ in [] }
    }

    private static func connections(_ facts: Facts, _ user: UserName?) throws(Unanswered) -> [SSHDConnection] {
        guard let user else { return [] }
        let groups = try SSHDGroups.of(user, facts)
        return SourceAddress.all.map { address in
            SSHDConnection(
                user: ForeignText(user.text), userExists: true, groups: groups, host: ForeignText(address), address: ForeignText(address))
        }
    }
}

/// Addresses that a user may come from, as far as nothing else is known: the loopback, and ones that no rule of a site's means
/// (RFC 5737, RFC 3849).
enum SourceAddress {
    static let other = "192.0.2.2"
    static let all = ["127.0.0.1", "::1", other, "2001:db8:7667::2"]
}

/// The names of a user's groups, as sshd compares them.
enum SSHDGroups {
    /// nil where they are not known: for a user who is still to be made.
    static func of(_ user: UserName, _ facts: Facts) throws(Unanswered) -> [ForeignText]? {
        guard case .local(let account) = try facts.account(user) else { return nil }
        guard case .contents(let bytes) = try facts.file("/etc/group") else { return nil }
        var primary: ForeignText?
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count > 2, PasswdFile.decimal(fields[2]) == account.entry.gid else { continue }
            primary = ForeignText(fields[0])
        }
        guard let primary else { return nil }
        return [primary] + account.groups
    }
}

/// sshd's messages as sentences.
enum SSHDWords {
    static func text(of message: SSHDMessage) -> String {
        let place = message.file.map { "\($0.escaped())\(message.line.map { ":\($0)" } ?? ""): " } ?? ""
        return place + message.text.escaped()
    }
}
