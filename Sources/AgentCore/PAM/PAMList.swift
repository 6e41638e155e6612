/// A file of rules that a module reads, which refuses a user: which line, and the file as it must become.
package struct PAMList: Hashable, Sendable {
    let path: String
    /// 0: nothing there lets the user in.
    let line: Int
    let text: ForeignText?
    /// The same file with a way for this user, and nothing else changed.
    let opened: [UInt8]

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    // MARK: pam_access(8)

    /// The first rule of access.conf(5) that is about this user, where it refuses.
    ///
    /// - Parameters:
    ///   - user: nil: anybody, for a reset that names nobody.
    ///   - groups: the user's; nil where they are not known.
    static func access(
        _ bytes: [UInt8], of path: String, user: UserName?, groups: [ForeignText]?, from address: String
    ) -> PAMList? {
        for (index, raw) in lines(bytes).enumerated() {
            let body = raw.drop { $0 == 0x20 || $0 == 0x09 }
            guard let first = body.first, first != UInt8(ascii: "#") else { continue }
            let fields = body.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let permission = fields[0].filter { $0 != 0x20 && $0 != 0x09 }
            let isUsers = matches(words(fields[1])) { word in
                guard let user else { return false }
                if word == user.text { return true }
                let group = word.hasPrefix("(") && word.hasSuffix(")") ? String(word.dropFirst().dropLast()) : word
                return groups?.contains(ForeignText(group)) == true
            }
            let isFrom = matches(words(fields[2])) { isOrigin($0, address) }
            guard isUsers, isFrom else { continue }
            guard permission.elementsEqual("-".utf8) else { return nil }
            let way = user.map { "+:\($0.text):ALL\n" } ?? "+:ALL:ALL\n"
            return PAMList(path: path, line: index + 1, text: ForeignText(body), opened: Array(way.utf8) + bytes)
        }
        return nil
    }

    private static func words(_ field: ArraySlice<UInt8>) -> [String] {
        field.split { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") || $0 == 0x0d }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// `a b EXCEPT c d`: among the first and not among the others.
    private static func matches(_ words: [String], _ isIt: (String) -> Bool) -> Bool {
        let parts = words.split(separator: "EXCEPT", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, first.contains(where: { $0 == "ALL" || isIt($0) }) else { return false }
        return parts.count < 2 || !matches(Array(parts[1]), isIt)
    }

    private static func isOrigin(_ word: String, _ address: String) -> Bool {
        if word == address { return true }
        // A network as its first numbers.
        if word.hasSuffix("."), address.hasPrefix(word) { return true }
        return word == "0.0.0.0/0" || word == "::/0"
    }

    // MARK: pam_listfile(8)

    /// A list of names that refuses this user.
    static func names(_ bytes: [UInt8]?, of path: String, user: UserName, allows: Bool) -> PAMList? {
        let all = bytes.map(lines) ?? []
        let places = all.indices.filter { all[$0].elementsEqual(user.text.utf8) }
        if allows {
            guard places.isEmpty, let bytes else { return nil }
            let separator: [UInt8] = bytes.isEmpty || bytes.last == UInt8(ascii: "\n") ? [] : [0x0a]
            return PAMList(path: path, line: 0, text: nil, opened: bytes + separator + Array("\(user.text)\n".utf8))
        }
        guard let place = places.first else { return nil }
        let kept = all.indices.filter { !places.contains($0) }.map { all[$0] }
        return PAMList(path: path, line: place + 1, text: ForeignText(all[place]), opened: Array(kept.joined(separator: [0x0a])))
    }

    // MARK: pam_time(8)

    /// A rule of time.conf(5) by which this user may never log in.
    static func times(_ bytes: [UInt8], of path: String, user: UserName) -> PAMList? {
        let all = lines(bytes)
        for (index, line) in all.enumerated() {
            let fields = line.prefix { $0 != UInt8(ascii: "#") }.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
                .map { String(decoding: $0.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }, as: UTF8.self) }
            guard fields.count == 4, names(fields[0], "sshd"), names(fields[1], "ssh"), names(fields[2], user.text) else { continue }
            guard ["!Al0000-2400", "Al0000-0000"].contains(fields[3]) else { continue }
            let kept = all.indices.filter { $0 != index }.map { all[$0] }
            return PAMList(path: path, line: index + 1, text: ForeignText(line), opened: Array(kept.joined(separator: [0x0a])))
        }
        return nil
    }

    /// `a|b&!c`, as far as it names things: `*` at the end stands for the rest.
    private static func names(_ list: String, _ name: String) -> Bool {
        list.split(separator: "|").contains { part in
            part.split(separator: "&").allSatisfy { word in
                let isNegated = word.hasPrefix("!")
                let pattern = isNegated ? word.dropFirst() : word
                let isIt = pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : pattern == name
                return isIt != isNegated
            }
        }
    }
}
