/// Variables of a systemd service, and what its command line becomes with them (systemd.service(5), systemd.exec(5)).
package struct ServiceEnvironment: Sendable {
    private var values: [String: String] = [:]

    package init() {}

    /// `NAME=value`.
    package mutating func set(_ assignment: String) {
        guard let equals = assignment.firstIndex(of: "=") else { return }
        values[String(assignment[..<equals])] = String(assignment[assignment.index(after: equals)...])
    }

    /// An EnvironmentFile: assignments with optional quotes; comments and other lines are passed over.
    package mutating func read(_ file: [UInt8]) {
        for line in file.split(separator: UInt8(ascii: "\n")) {
            let body = line.drop(while: { $0 == 0x20 || $0 == 0x09 })
            guard let first = body.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            guard let equals = body.firstIndex(of: UInt8(ascii: "=")) else { continue }
            var value = Array(body[(equals + 1)...])
            while let last = value.last, [0x20, 0x09, 0x0d].contains(last) { value.removeLast() }
            if value.count >= 2, let quote = value.first, quote == value.last, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(quote) {
                value = Array(value.dropFirst().dropLast())
            }
            values[String(decoding: body[..<equals], as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
    }

    /// `$NAME` as a word of its own becomes the value's words, `${NAME}` anywhere becomes the value.
    package func expand(_ words: some Sequence<String>) -> [String] {
        words.flatMap { word -> [String] in
            if word.hasPrefix("$"), !word.hasPrefix("${"), !word.hasPrefix("$$") {
                return (values[String(word.dropFirst())] ?? "").split { $0 == " " || $0 == "\t" }.map(String.init)
            }
            return [replacingBraces(in: word)]
        }
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
