/// sudoers(5), as far as it takes to take one user out of it: lines in, lines out, every other byte kept.
package enum SudoersLines {
    /// What is left without the grants and Defaults of this user alone.
    ///
    /// - Parameter uid: rules may name the user by `#uid` too; nil where the account is gone.
    package static func removing(_ user: UserName, uid: UInt32?, from file: [UInt8]) -> [UInt8] {
        let names = [user.bytes, Array("\"\(user.text)\"".utf8)] + (uid.map { [Array("#\($0)".utf8)] } ?? [])
        var kept: [UInt8] = []
        for line in logicalLines(file) { kept += removing(names, from: line) }
        return kept
    }

    /// Lines with their ends; one that ends in a backslash goes on in the next.
    static func logicalLines(_ file: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in file.indices where file[index] == 0x0a && !(index > start && file[index - 1] == UInt8(ascii: "\\")) {
            lines.append(file[start...index])
            start = index + 1
        }
        if start < file.count { lines.append(file[start...]) }
        return lines
    }

    private static let heads = ["User_Alias", "Runas_Alias", "Host_Alias", "Cmnd_Alias", "Cmd_Alias", "include", "includedir"]

    private static func removing(_ names: [[UInt8]], from line: ArraySlice<UInt8>) -> [UInt8] {
        let body = line.drop(while: isBlank)
        guard let first = body.first, first != 0x0a, first != UInt8(ascii: "@") else { return Array(line) }
        // `#` begins a comment, unless a number follows: then it is a uid.
        if first == UInt8(ascii: "#"), body.dropFirst().first.map(isDigit) != true { return Array(line) }
        let word = body.prefix { !isBlank($0) && $0 != 0x0a }
        if word.starts(with: "Defaults".utf8) {
            let rest = word.dropFirst("Defaults".utf8.count)
            guard rest.first == UInt8(ascii: ":") else { return Array(line) }
            return names.contains { $0.elementsEqual(rest.dropFirst()) } ? [] : Array(line)
        }
        if heads.contains(where: { $0.utf8.elementsEqual(word) }) { return Array(line) }
        let (items, end) = userList(body)
        guard items.contains(where: { item in names.contains { $0.elementsEqual(item) } }) else { return Array(line) }
        let others = items.filter { item in !names.contains { $0.elementsEqual(item) } }
        if others.isEmpty { return [] }
        return Array(line[line.startIndex..<body.startIndex]) + others.joined(separator: [UInt8(ascii: ",")]) + Array(body[end...])
    }

    /// The names in front of a rule, and where they end: separated by commas, blanks around those allowed.
    private static func userList(_ body: ArraySlice<UInt8>) -> (items: [ArraySlice<UInt8>], end: Int) {
        var items: [ArraySlice<UInt8>] = []
        var index = body.startIndex
        while true {
            let start = index
            var quoted = false
            while index < body.endIndex, quoted || !(isBlank(body[index]) || body[index] == UInt8(ascii: ",") || body[index] == 0x0a) {
                if body[index] == UInt8(ascii: "\"") { quoted.toggle() }
                index += body[index] == UInt8(ascii: "\\") && index + 1 < body.endIndex ? 2 : 1
            }
            items.append(body[start..<index])
            let end = index
            while index < body.endIndex, isBlank(body[index]) { index += 1 }
            guard index < body.endIndex, body[index] == UInt8(ascii: ",") else { return (items, end) }
            index += 1
            while index < body.endIndex, isBlank(body[index]) { index += 1 }
        }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Whether the main file reads the files of `/etc/sudoers.d`.
    package static func includesFolder(_ file: [UInt8], _ folder: String = "/etc/sudoers.d") -> Bool {
        logicalLines(file).contains { line in
            let words = line.split { isBlank($0) || $0 == 0x0a || $0 == 0x0d }
            guard words.count >= 2, ["@includedir", "#includedir"].contains(where: { $0.utf8.elementsEqual(words[0]) }) else {
                return false
            }
            let path = words[1].filter { $0 != UInt8(ascii: "\"") }
            return path.elementsEqual(folder.utf8) || path.elementsEqual("\(folder)/".utf8)
        }
    }
}
