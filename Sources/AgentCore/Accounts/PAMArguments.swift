/// What a module of PAM is told in the files of pam.d(5), and in pam.conf(5), whose lines have the service in front.
package enum PAMArguments {
    /// The values of `option=` in the lines that name `module`, in order; a comment is no line.
    package static func values(of option: String, for module: String, in file: [UInt8]) -> [ForeignText] {
        lines(file).flatMap { line -> [ForeignText] in
            let words = words(of: line)
            guard let place = words.firstIndex(where: { isModule($0, module) }) else { return [] }
            return words[(place + 1)...].compactMap { word in
                let bare = word.drop { $0 == UInt8(ascii: "[") }
                guard bare.starts(with: "\(option)=".utf8) else { return nil }
                return ForeignText(bare.dropFirst(option.utf8.count + 1).prefix { $0 != UInt8(ascii: "]") })
            }
        }
    }

    /// Whether a line names `module`.
    package static func names(_ module: String, in file: [UInt8]) -> Bool {
        lines(file).contains { words(of: $0).contains { isModule($0, module) } }
    }

    /// The value of `option =` in a module's own file (faillock.conf(5), pwhistory.conf(5)); the last one holds.
    package static func value(of option: String, inSettings file: [UInt8]) -> ForeignText? {
        var value: ForeignText?
        for line in file.split(separator: 0x0a) {
            let body = line.prefix { $0 != UInt8(ascii: "#") }
            guard let sign = body.firstIndex(of: UInt8(ascii: "=")), words(of: body[..<sign]).first?.elementsEqual(option.utf8) == true
            else { continue }
            value = words(of: body[(sign + 1)...]).first.map { ForeignText($0) } ?? value
        }
        return value
    }

    /// A backslash at the end goes on in the next line.
    private static func lines(_ file: [UInt8]) -> [ArraySlice<UInt8>] {
        var joined = file
        for index in joined.indices.dropLast() where joined[index] == UInt8(ascii: "\\") && joined[index + 1] == 0x0a {
            (joined[index], joined[index + 1]) = (0x20, 0x20)
        }
        return joined.split(separator: 0x0a).map { $0.prefix { $0 != UInt8(ascii: "#") } }
    }

    private static func words(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
    }

    /// By name, or by path.
    private static func isModule(_ word: ArraySlice<UInt8>, _ module: String) -> Bool {
        word.split(separator: UInt8(ascii: "/")).last?.elementsEqual(module.utf8) == true
    }
}
