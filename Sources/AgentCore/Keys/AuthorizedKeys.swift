/// An `authorized_keys` file, as bytes in and bytes out.
package enum AuthorizedKeys {
    /// A larger file is left alone, in bytes: sshd reads all of it at every login, so it is no file of keys any more.
    package static let maximumSize = 1 << 20

    /// What became of a file.
    package struct Merge: Sendable {
        /// The whole file.
        package let bytes: [UInt8]
        /// Lines that were not there.
        package let added: [AuthorizedKeyLine]
        /// Lines whose key is there and lets its owner in.
        package let present: [AuthorizedKeyLine]
        /// Lines of the file, numbered from 1 as they were, that would have held a requested key to less than a login. They
        /// are still there; a requested line now stands before them.
        package let overruled: [Overruled]
        package let isChanged: Bool
    }

    package struct Overruled: Hashable, Sendable {
        package let line: Int
        /// Names of its options, such as `command`.
        package let options: [String]

        package init(line: Int, options: [String]) {
            self.line = line
            self.options = options
        }
    }

    /// Puts `lines` into a file.
    ///
    /// sshd takes the *first* line that has the client's key and whose options let it pass (`auth_check_authkeys_file`), so:
    /// - a key that is there and opens a login is left as it is, whatever its comment and harmless options;
    /// - where a line comes first that restricts the key (`command=`, `restrict`, `no-pty`), the requested line goes right
    ///   before it, since at the end it would never be read;
    /// - where only lines are that sshd may pass over (`from=`, `expiry-time=`, `cert-authority`), it goes to the end.
    ///
    /// Other lines keep their bytes and their order; only a missing final line feed and CRLF are mended. The same key twice
    /// in `lines` stays one, the first.
    ///
    /// - Parameter replacing: the file then holds `lines` and nothing else. Without any line nothing is replaced: a user is
    ///   never left without keys.
    /// - Throws: `Refusal` for a file over `maximumSize`, unless it is replaced.
    package static func merging(
        _ lines: [AuthorizedKeyLine], into file: [UInt8], replacing: Bool = false
    ) throws(Refusal) -> Merge {
        var seen: Set<PublicKey> = []
        let requested = lines.filter { seen.insert($0.key).inserted }
        let replacing = replacing && !requested.isEmpty
        if !replacing, file.count > maximumSize { throw tooLarge }
        let existing = replacing && file.count > maximumSize ? [] : split(file)
        let places = places(of: seen, in: existing)

        var added: [AuthorizedKeyLine] = []
        var present: [AuthorizedKeyLine] = []
        var overruled: [Overruled] = []
        // Index of an existing line -> the line to stand before it; an index behind the last one for the end.
        var insertions: [Int: [AuthorizedKeyLine]] = [:]
        for line in requested {
            let place = places[line.key].flatMap { decide(line, among: $0) } ?? .at(existing.count)
            switch place {
            case .isThere:
                present.append(line)
            case .at(let index):
                added.append(line)
                insertions[index, default: []].append(line)
            case .before(let index, let options):
                added.append(line)
                insertions[index, default: []].append(line)
                overruled.append(Overruled(line: index + 1, options: options))
            }
        }
        let bytes = replacing ? join(requested) : join(existing, insertions)
        return Merge(
            bytes: bytes, added: added, present: present, overruled: replacing ? [] : overruled, isChanged: bytes != file)
    }

    private enum Place {
        case isThere
        case at(Int)
        case before(Int, options: [String])
    }

    /// Walks the lines that hold the key of `line` in the order in which sshd would. Nil: to the end.
    private static func decide(_ line: AuthorizedKeyLine, among found: [(index: Int, line: AuthorizedKeyLine)]) -> Place? {
        for (index, other) in found {
            if other.effect == .opens || other.options?.text == line.options?.text { return .isThere }
            if other.effect == .restricts { return .before(index, options: other.options?.names ?? []) }
        }
        return nil
    }

    /// Where the keys of interest are: key -> its lines, in order. Each line of the file is read once.
    private static func places(
        of keys: Set<PublicKey>, in lines: [ArraySlice<UInt8>]
    ) -> [PublicKey: [(index: Int, line: AuthorizedKeyLine)]] {
        var places: [PublicKey: [(index: Int, line: AuthorizedKeyLine)]] = [:]
        for (index, bytes) in lines.enumerated() {
            guard let line = try? AuthorizedKeyLine(bytes), keys.contains(line.key) else { continue }
            places[line.key, default: []].append((index, line))
        }
        return places
    }

    package static let tooLarge = Refusal(
        reason: "keys-file-too-large",
        message: "the file of authorized keys is larger than \(maximumSize) bytes, which is no list of keys: nothing was changed; "
            + "look at it, move it away, or send \"remove_prior_keys\": true to replace it")
}

extension AuthorizedKeys {
    /// The lines without their ends. What follows the last line feed is a line if there is something.
    private static func split(_ file: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines = file.split(separator: 0x0a, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { line in
            // All of them, so that a second run finds nothing more to mend.
            line[..<(line.lastIndex { $0 != 0x0d }.map { $0 + 1 } ?? line.startIndex)]
        }
    }

    private static func join(_ lines: [AuthorizedKeyLine]) -> [UInt8] {
        lines.flatMap { $0.bytes + [0x0a] }
    }

    private static func join(_ lines: [ArraySlice<UInt8>], _ insertions: [Int: [AuthorizedKeyLine]]) -> [UInt8] {
        var file: [UInt8] = []
        for (index, line) in lines.enumerated() {
            if let before = insertions[index] { file += join(before) }
            file += line
            file.append(0x0a)
        }
        if let last = insertions[lines.count] { file += join(last) }
        return file
    }
}
