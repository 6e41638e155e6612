/// Lets one user alone in, past what closes it for others.
enum UserException {
    /// The narrowest change that sshd accepts and that suffices; nil where none does.
    ///
    /// - Parameter suffices: whether what is then in force for this user will do.
    static func change(
        _ block: UserBlock, _ facts: Facts, _ connection: Connection, suffices: (EffectiveConfiguration) -> Bool
    ) throws(Unanswered) -> ConfigurationChange? {
        for change in try candidates(facts, try facts.service(), block) {
            guard case .accepted = try facts.candidate(change), let effective = try facts.effective(change, connection).value,
                suffices(effective)
            else { continue }
            return change
        }
        return nil
    }

    /// A file of its own that sorts first; else a block ahead of everything in the main file.
    private static func candidates(
        _ facts: Facts, _ service: ServiceAnswer, _ block: UserBlock
    ) throws(Unanswered) -> [ConfigurationChange] {
        let main = ConfigurationPaths.main(service.arguments)
        let own = ConfigurationPaths.own(block.user)
        var block = block
        // What an earlier exception opened stays open.
        if case .contents(let bytes) = try facts.file(own) { block = block.keeping(SSHDFile(path: ForeignText(own), bytes: bytes)) }
        var changes: [ConfigurationChange] = []
        if let contents = block.contents {
            changes.append(ConfigurationChange(main: main, files: [.init(path: own, contents: contents)]))
        }
        if case .contents(let bytes) = try facts.file(main), let block = try? block.block() {
            let file = SSHDFile(path: ForeignText(main), bytes: bytes)
            let edited = file.setting(block, at: .beforeFirstDirective)
            changes.append(ConfigurationChange(main: main, files: [.init(path: main, contents: edited)]))
        }
        return changes
    }
}

extension UserBlock {
    /// With what `file`, an earlier one of this user's own, says of other keywords.
    fileprivate func keeping(_ file: SSHDFile) -> UserBlock {
        let said = Set(settings.map { ForeignText(SSHDLexer.lowercased(Array($0.utf8.prefix { $0 != 0x20 })[...])) })
        let older = file.statements.filter { $0.match == nil && !said.contains($0.keyword) }.map { statement in
            ([statement.keyword] + statement.arguments).map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: " ")
        }
        return UserBlock(user, settings: settings + older)
    }
}
