/// sudoers(5), as far as it takes to take one user out of it: lines in, lines out, every other byte kept.
package enum SudoersLines {
    /// A uid that no process has (setuid(2) refuses it, sudo too): stands in a list that would otherwise be empty, which sudo refuses.
    package static let nobody = "#4294967295"

    /// What is left without the grants and Defaults of this user alone, and without the user among the members of aliases.
    ///
    /// An alias that names nobody else is left with `nobody` in it: rules may use it, and undefined it would read as a user's name.
    /// A `!` in front of the name takes something away, and stays. So does a Runas_Alias, which is what others may do.
    ///
    /// - Parameters:
    ///   - uid: rules may name the user by `#uid` too; nil where the account is gone.
    ///   - group: the gid of the group of the same name, where that is this user's alone and goes along: `%name`, `%#gid`.
    package static func removing(_ user: UserName, uid: UInt32?, group: UInt32? = nil, from file: [UInt8]) -> [UInt8] {
        let names = Names(user, uid: uid, group: group)
        return logicalLines(file).flatMap { removing(names, from: $0) }
    }

    /// The numbers of the lines that let others run commands as this user, by a Runas_Alias or in a rule's parentheses.
    package static func lending(_ user: UserName, in file: [UInt8]) -> [Int] {
        let names = Names(user, uid: nil, group: nil)
        var number = 1
        var found: [Int] = []
        for line in logicalLines(file) {
            if lends(names, line) { found.append(number) }
            number += line.count { $0 == 0x0a }
        }
        return found
    }

    /// How sudoers may call a user.
    private struct Names {
        let words: [[UInt8]]

        init(_ user: UserName, uid: UInt32?, group: UInt32?) {
            var words = ["", "\""].map { Array("\($0)\(user.text)\($0)".utf8) }
            if let uid { words.append(Array("#\(uid)".utf8)) }
            if let group { words += ["%\(user.text)", "%\"\(user.text)\"", "\"%\(user.text)\"", "%#\(group)"].map { Array($0.utf8) } }
            self.words = words
        }

        func contains(_ item: ArraySlice<UInt8>) -> Bool { words.contains { $0.elementsEqual(item) } }
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

    private static let others = ["Runas_Alias", "Host_Alias", "Cmnd_Alias", "Cmd_Alias", "include", "includedir"]

    private static func removing(_ names: Names, from line: ArraySlice<UInt8>) -> [UInt8] {
        guard let (word, body) = head(of: line) else { return Array(line) }
        if word.elementsEqual("User_Alias".utf8) { return withoutMember(names, line, SudoersScanner(body.dropFirst(word.count))) }
        if word.starts(with: "Defaults".utf8) {
            guard word.dropFirst("Defaults".utf8.count).first == UInt8(ascii: ":") else { return Array(line) }
            return without(names, line, SudoersScanner(body.dropFirst("Defaults:".utf8.count)))
        }
        if others.contains(where: { $0.utf8.elementsEqual(word) }) { return Array(line) }
        return without(names, line, SudoersScanner(body))
    }

    /// A line that begins with a list of users, which goes with the last of them.
    private static func without(_ names: Names, _ line: ArraySlice<UInt8>, _ scanner: SudoersScanner) -> [UInt8] {
        var scanner = scanner
        let list = scanner.list()
        guard list.items.contains(where: names.contains) else { return Array(line) }
        let left = list.items.filter { !names.contains($0) }
        return left.isEmpty ? [] : replacing([(list.range, left)], in: line)
    }

    /// `User_Alias ONE = al, bob : TWO = %wheel`.
    private static func withoutMember(_ names: Names, _ line: ArraySlice<UInt8>, _ scanner: SudoersScanner) -> [UInt8] {
        var scanner = scanner
        var changes: [(Range<Int>, [ArraySlice<UInt8>])] = []
        repeat {
            guard scanner.skip(to: UInt8(ascii: "=")) else { break }
            let list = scanner.list()
            guard list.items.contains(where: names.contains) else { continue }
            let left = list.items.filter { !names.contains($0) }
            changes.append((list.range, left.isEmpty ? [Array(nobody.utf8)[...]] : left))
        } while scanner.skip(UInt8(ascii: ":"))
        return replacing(changes, in: line)
    }

    private static func replacing(_ changes: [(Range<Int>, [ArraySlice<UInt8>])], in line: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var start = line.startIndex
        for (range, items) in changes {
            result += line[start..<range.lowerBound] + items.joined(separator: [UInt8(ascii: ","), 0x20])
            start = range.upperBound
        }
        return result + line[start...]
    }

    private static func lends(_ names: Names, _ line: ArraySlice<UInt8>) -> Bool {
        guard let (word, body) = head(of: line) else { return false }
        if word.elementsEqual("Runas_Alias".utf8) {
            var scanner = SudoersScanner(body.dropFirst(word.count))
            repeat {
                guard scanner.skip(to: UInt8(ascii: "=")) else { return false }
                if scanner.list().items.contains(where: names.contains) { return true }
            } while scanner.skip(UInt8(ascii: ":"))
            return false
        }
        if word.starts(with: "Defaults".utf8) || word.elementsEqual("User_Alias".utf8) { return false }
        if others.contains(where: { $0.utf8.elementsEqual(word) }) { return false }
        // (user, user : group, group), up to a comment
        return body.prefix(while: { $0 != UInt8(ascii: "#") }).split(separator: UInt8(ascii: "(")).dropFirst().contains { part in
            var scanner = SudoersScanner(part.prefix { $0 != UInt8(ascii: ")") })
            return scanner.list().items.contains(where: names.contains)
        }
    }

    /// The first word, and the line from there; nil for a comment, an empty line and `@include`.
    private static func head(of line: ArraySlice<UInt8>) -> (word: ArraySlice<UInt8>, body: ArraySlice<UInt8>)? {
        let body = line.drop(while: SudoersScanner.isBlank)
        guard let first = body.first, first != 0x0a, first != UInt8(ascii: "@") else { return nil }
        // `#` begins a comment, unless a number follows: then it is a uid.
        if first == UInt8(ascii: "#"), body.dropFirst().first.map({ (0x30...0x39).contains($0) }) != true { return nil }
        return (body.prefix { !SudoersScanner.isBlank($0) && $0 != 0x0a }, body)
    }

    /// Whether the main file reads the files of `/etc/sudoers.d`.
    package static func includesFolder(_ file: [UInt8], _ folder: String = "/etc/sudoers.d") -> Bool {
        logicalLines(file).contains { line in
            let words = line.split { SudoersScanner.isBlank($0) || $0 == 0x0a || $0 == 0x0d }
            guard words.count >= 2, ["@includedir", "#includedir"].contains(where: { $0.utf8.elementsEqual(words[0]) }) else {
                return false
            }
            let path = words[1].filter { $0 != UInt8(ascii: "\"") }
            return path.elementsEqual(folder.utf8) || path.elementsEqual("\(folder)/".utf8)
        }
    }
}
