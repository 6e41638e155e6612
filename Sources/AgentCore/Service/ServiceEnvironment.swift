/// Variables of a systemd service, and what its command line becomes with them (systemd.service(5), systemd.exec(5)).
package struct ServiceEnvironment: Sendable {
    private var values: [String: String] = [:]
    /// Where a file has the value from.
    private var places: [String: (path: String, line: Int)] = [:]

    package init() {}

    /// `NAME=value`.
    package mutating func set(_ assignment: String) {
        guard let equals = assignment.firstIndex(of: "=") else { return }
        values[String(assignment[..<equals])] = String(assignment[assignment.index(after: equals)...])
    }

    /// An EnvironmentFile: assignments with optional quotes; comments and other lines are passed over.
    package mutating func read(_ file: [UInt8], from path: String = "") {
        for (index, line) in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard let (name, body, equals) = Self.assignment(line) else { continue }
            var value = Array(body[(equals + 1)...].drop(while: { $0 == 0x20 || $0 == 0x09 }))
            while let last = value.last, [0x20, 0x09, 0x0d].contains(last) { value.removeLast() }
            if value.count >= 2, let quote = value.first, quote == value.last, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(quote) {
                value = Array(value.dropFirst().dropLast())
            }
            values[name] = String(decoding: value, as: UTF8.self)
            places[name] = (path, index + 1)
        }
    }

    private static func assignment(_ line: ArraySlice<UInt8>) -> (name: String, body: ArraySlice<UInt8>, equals: Int)? {
        let body = line.drop(while: { $0 == 0x20 || $0 == 0x09 })
        guard let first = body.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";"),
            let equals = body.firstIndex(of: UInt8(ascii: "="))
        else { return nil }
        return (String(decoding: body[..<equals].prefix(while: { $0 != 0x20 && $0 != 0x09 }), as: UTF8.self), body, equals)
    }

    /// Such a file with nothing assigned to this variable; every other line as it is.
    package static func clearing(_ name: String, in file: [UInt8]) -> [UInt8] {
        let lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return Array(lines.map { assignment($0)?.name == name ? Array("\(name)=".utf8)[...] : $0 }.joined(separator: [0x0a]))
    }

    /// Of the variables in these words those that have a value from one of these files.
    package func variables(in words: some Sequence<String>, from files: [String]) -> [AddedOptions] {
        words.compactMap { word in
            guard word.hasPrefix("$") else { return nil }
            let name = String(word.dropFirst(word.hasPrefix("${") ? 2 : 1).prefix { $0 != "}" })
            guard let place = places[name], files.contains(place.path) else { return nil }
            let value = Self.words(of: values[name] ?? "")
            return value.isEmpty ? nil : AddedOptions(.variable(name), path: place.path, line: place.line, words: value)
        }
    }

    package mutating func clear(_ name: String) { values[name] = "" }

    /// `$NAME` as a word of its own becomes the value's words, `${NAME}` anywhere becomes the value.
    package func expand(_ words: some Sequence<String>) -> [String] {
        words.flatMap { word -> [String] in
            if word.hasPrefix("$"), !word.hasPrefix("${"), !word.hasPrefix("$$") {
                return Self.words(of: values[String(word.dropFirst())] ?? "")
            }
            return [replacingBraces(in: word)]
        }
    }

    /// The words of a value: quotes join, a backslash takes the next byte as it is.
    private static func words(of value: String) -> [String] {
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var isEscaped = false
        for byte in value.utf8 {
            switch byte {
            case _ where isEscaped:
                word = (word ?? []) + [byte]
                isEscaped = false
            case UInt8(ascii: "\\"):
                isEscaped = true
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                if quote == nil { quote = byte } else if quote == byte { quote = nil } else { word?.append(byte) }
                word = word ?? []
            case 0x20, 0x09:
                if quote != nil {
                    word?.append(byte)
                } else if let ended = word {
                    words.append(String(decoding: ended, as: UTF8.self))
                    word = nil
                }
            default:
                word = (word ?? []) + [byte]
            }
        }
        return words + (word.map { [String(decoding: $0, as: UTF8.self)] } ?? [])
    }

    private func replacingBraces(in word: String) -> String {
        var result = ""
        var rest = word[...]
        while let start = rest.firstIndex(of: "$") {
            result += rest[..<start]
            let after = rest[rest.index(after: start)...]
            if after.first == "{", let end = after.firstIndex(of: "}") {
                result += values[String(after[after.index(after: after.startIndex)..<end])] ?? ""
                rest = after[after.index(after: end)...]
            } else {
                result += "$"
                rest = after.first == "$" ? after.dropFirst() : after
            }
        }
        return result + rest
    }
}
