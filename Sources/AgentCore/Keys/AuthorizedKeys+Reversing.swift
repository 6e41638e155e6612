extension AuthorizedKeys {
    /// A file of keys, with a change to it taken back.
    package struct Reversed: Hashable, Sendable {
        /// nil: no file.
        package let bytes: [UInt8]?
        /// The keys that the change took away: they let somebody in again where they come back.
        package let taken: [AuthorizedKeyLine]
        /// Whether nobody would get in by a key any more who could before and after the change.
        package let leavesNone: Bool
    }

    /// Takes a change back line by line: what it added goes; what it took away comes only with `restoringAccess`; what others
    /// changed since stays.
    ///
    /// - Parameters:
    ///   - before: what the change found; nil: no file.
    ///   - after: what it left.
    package static func reversing(
        _ now: [UInt8]?, before: [UInt8]?, after: [UInt8]?, restoringAccess: Bool
    ) -> Reversed {
        let found = lines(before)
        let left = lines(after)
        let present = lines(now)
        let presentKeys = Set(present.compactMap(key))
        let taken = found.filter { !left.contains($0) }.filter { line in key(line).map { !presentKeys.contains($0) } ?? false }
        let takenLines = taken.compactMap { try? AuthorizedKeyLine($0) }
        let bytes: [UInt8]?
        if now == after, restoringAccess || taken.isEmpty {
            bytes = before
        } else {
            let added = Set(left.filter { !found.contains($0) })
            let rest = present.filter { !added.contains($0) } + (restoringAccess ? taken : [])
            bytes = rest.isEmpty && before == nil ? nil : rest.flatMap { $0 + [0x0a] }
        }
        let leavesNone = !taken.isEmpty && !presentKeys.isEmpty && lines(bytes).compactMap(key).isEmpty
        return Reversed(bytes: bytes, taken: takenLines, leavesNone: leavesNone)
    }

    private static func lines(_ file: [UInt8]?) -> [[UInt8]] {
        var lines = (file ?? []).split(separator: 0x0a, omittingEmptySubsequences: false).map { line in
            Array(line[..<(line.lastIndex { $0 != 0x0d }.map { $0 + 1 } ?? line.startIndex)])
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func key(_ line: [UInt8]) -> PublicKey? { (try? AuthorizedKeyLine(line))?.key }
}

extension AuthorizedKeyLine {
    /// Which key it is, for people: its type, the end of its base64, its comment.
    package var shown: String {
        let text = String(decoding: Base64.encode(key.blob).suffix(12), as: UTF8.self)
        return "\(key.type.rawValue) ...\(text)" + (comment.isEmpty ? "" : " \(comment.escaped(limit: 60))")
    }
}
