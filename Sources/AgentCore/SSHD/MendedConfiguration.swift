/// sshd's configuration without the lines that it refuses: each becomes a comment, until sshd accepts the rest.
///
/// Unlike a reset it opens nothing: every line that sshd takes stays. Of a `Match` that is refused the whole block goes, since what
/// stands under it would hold for everybody otherwise.
package struct MendedConfiguration: Sendable {
    package let change: ConfigurationChange
    /// `file:line` of what is taken out, in the order in which sshd refused it.
    package let places: [String]

    /// More than so many faults are not a slip any more.
    private static let most = 16

    /// - Returns: nil where sshd names no line, or does not come to accept it.
    package static func plan(_ facts: Facts, main: String) throws(Unanswered) -> MendedConfiguration? {
        if case .absent = try facts.file(main) {
            let change = ConfigurationChange(
                main: main, files: [.init(path: main, contents: try ResetConfiguration.pristineBytes(facts))])
            guard case .accepted = try facts.candidate(change) else { return nil }
            return MendedConfiguration(change: change, places: [])
        }
        var texts: [String: [UInt8]] = [:]
        var places: [String] = []
        for _ in 0...most {
            let change = ConfigurationChange(main: main, files: texts.map { .init(path: $0.key, contents: $0.value) })
            switch try facts.candidate(change) {
            case .accepted: return change.isEmpty ? nil : MendedConfiguration(change: change, places: places)
            case .unknown: return nil
            case .refused(let message):
                guard let file = message.file, let line = message.line, file != SSHDConfiguration.commandLine else { return nil }
                let path = String(decoding: file.bytes, as: UTF8.self)
                let before: [UInt8]
                if let text = texts[path] {
                    before = text
                } else if case .contents(let bytes) = try facts.file(path) {
                    before = bytes
                } else {
                    return nil
                }
                let parsed = SSHDFile(path: file, bytes: before)
                let block = parsed.matchBlock(at: line)
                let after = parsed.commentingOut(lines: block.isEmpty ? [line] : Set(block))
                if after == before { return nil }
                texts[path] = after
                places.append(KeptConfiguration.place(file, line))
            }
        }
        return nil
    }

    /// As an order.
    package var summary: String {
        if places.isEmpty { return "put the distribution's \(change.names) in place" }
        return "make comments of what sshd refuses (\(places.joined(separator: ", ")))"
    }
}
