/// One line of a PAM service's configuration, pam.conf(5).
struct PAMLine: Sendable {
    enum Kind: String, CaseIterable, Sendable { case auth, account, password, session }

    enum Control: Sendable {
        case required, requisite, sufficient, optional
        /// `[value=action ...]`.
        case actions([String: String])
        case include, substack
        /// A word that libpam does not know.
        case bad
    }

    let path: String
    let number: Int
    /// nil: of every kind (`@include`).
    let kind: Kind?
    let control: Control
    /// The module, or what is included.
    let module: String
    let arguments: [String]
    /// As it stands, for evidence.
    let text: ForeignText

    /// What libpam makes of a file's lines: comments go, a backslash at the end joins two.
    static func lines(_ bytes: [UInt8], of path: String) -> [PAMLine] {
        var lines: [PAMLine] = []
        var pending: [UInt8] = []
        var first = 1
        for (index, raw) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if pending.isEmpty { first = index + 1 }
            let body = raw.prefix { $0 != UInt8(ascii: "#") }
            if body.last == UInt8(ascii: "\\") {
                pending += body.dropLast() + [0x20]
                continue
            }
            if let line = line(pending + body, path, first) { lines.append(line) }
            pending = []
        }
        return lines
    }

    private static func line(_ bytes: [UInt8], _ path: String, _ number: Int) -> PAMLine? {
        let words = words(bytes)
        guard let word = words.first else { return nil }
        let text = ForeignText(words.joined(separator: " "))
        if word.lowercased() == "@include" {
            return PAMLine(
                path: path, number: number, kind: nil, control: .include, module: words.count > 1 ? words[1] : "",
                arguments: [], text: text)
        }
        // A leading `-` only keeps libpam from logging that a module is missing. A kind that it does not know is taken for `auth`, and
        // fails.
        let kind = Kind(rawValue: (word.hasPrefix("-") ? String(word.dropFirst()) : word).lowercased())
        return PAMLine(
            path: path, number: number, kind: kind ?? .auth,
            control: kind == nil ? .bad : control(words.dropFirst().first),
            module: words.count > 2 ? words[2] : "", arguments: Array(words.dropFirst(3)), text: text)
    }

    private static func control(_ word: String?) -> Control {
        guard let word else { return .bad }
        if word.hasPrefix("["), word.hasSuffix("]") {
            var actions: [String: String] = [:]
            for pair in word.dropFirst().dropLast().split(whereSeparator: { $0 == " " || $0 == "\t" }) {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { return .bad }
                actions[String(parts[0])] = String(parts[1])
            }
            return .actions(actions)
        }
        return switch word.lowercased() {
        case "required": .required
        case "requisite": .requisite
        case "sufficient": .sufficient
        case "optional": .optional
        case "include": .include
        case "substack": .substack
        default: .bad
        }
    }

    /// Words; what is in brackets is one.
    private static func words(_ bytes: [UInt8]) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var isBracketed = false
        func end() {
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
        }
        for byte in bytes {
            if byte == UInt8(ascii: "["), word.isEmpty { isBracketed = true }
            if !isBracketed, [0x20, 0x09, 0x0d].contains(byte) {
                end()
                continue
            }
            word.append(byte)
            if isBracketed, byte == UInt8(ascii: "]") {
                isBracketed = false
                end()
            }
        }
        end()
        return words
    }
}
