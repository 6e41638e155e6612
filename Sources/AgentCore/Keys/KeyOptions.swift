/// The options in front of a key in `authorized_keys`, read as sshd reads them (sshd(8), AUTHORIZED_KEYS FILE FORMAT;
/// `sshauthopt_parse`).
package struct KeyOptions: Hashable, Sendable {
    /// What a line with these options does to a login with its key.
    package enum Effect: Hashable, Sendable {
        /// A login with a shell and a terminal.
        case opens
        /// sshd may pass the line over, and then tries the next one with the same key: another address (`from`), another
        /// day (`expiry-time`), only certificates (`cert-authority`, `principals`), or a value that it cannot read.
        case conditional
        /// sshd takes the line, looks no further, and the login is less than a login: a command in place of the shell, no
        /// terminal, a PIN demanded of the security key.
        case restricts
    }

    /// As written, without blanks around it.
    package let text: ForeignText
    package let effect: Effect
    /// Their names, lower case, in the order written. Not their values, which may be anything.
    package let names: [String]

    /// - Throws: `KeyFault` for an option that sshd does not know: it skips such a line.
    package init(_ text: some Collection<UInt8>) throws(KeyFault) {
        self.text = ForeignText(text)
        var terminal = true
        var isConditional = false
        var isRestricted = false
        var names: [String] = []
        for option in try Self.split(Array(text)) {
            names.append(option.name)
            switch (option.name, option.hasValue) {
            case ("restrict", false), ("no-pty", false): terminal = false
            case ("pty", false): terminal = true
            case ("command", true), ("verify-required", false): isRestricted = true
            case ("no-verify-required", false), ("touch-required", false), ("no-touch-required", false): break
            case ("port-forwarding", false), ("no-port-forwarding", false), ("agent-forwarding", false): break
            case ("no-agent-forwarding", false), ("x11-forwarding", false), ("no-x11-forwarding", false): break
            case ("user-rc", false), ("no-user-rc", false): break
            case ("cert-authority", false): isConditional = true
            // The values of these are not judged here. A plain line further down harms nobody where sshd does read them.
            case ("from", true), ("expiry-time", true), ("principals", true), ("environment", true): isConditional = true
            case ("permitopen", true), ("permitlisten", true), ("tunnel", true): isConditional = true
            default: throw .unknownOption
            }
        }
        self.names = names
        effect = isRestricted || !terminal ? .restricts : isConditional ? .conditional : .opens
    }

    /// Where the options at the start of `line` end: at the first blank outside quotes (`sshkey_advance_past_options`).
    static func end(in line: ArraySlice<UInt8>) throws(KeyFault) -> Int {
        var isQuoted = false
        var index = line.startIndex
        while index < line.endIndex, isQuoted || !isBlank(line[index]) {
            if line[index] == UInt8(ascii: "\\"), index + 1 < line.endIndex, line[index + 1] == UInt8(ascii: "\"") {
                index += 1
            } else if line[index] == UInt8(ascii: "\"") {
                isQuoted.toggle()
            }
            index += 1
        }
        if isQuoted { throw .openQuoteInOptions }
        return min(index, line.endIndex)
    }

    /// Option names, and whether a quoted value follows. A comma must stand between two; like sshd, more commas than that,
    /// and one at the end, are let pass: a line that sshd obeys must not be overlooked here.
    private static func split(_ text: [UInt8]) throws(KeyFault) -> [(name: String, hasValue: Bool)] {
        var options: [(name: String, hasValue: Bool)] = []
        var index = 0
        while true {
            let start = index
            while index < text.count, text[index] != UInt8(ascii: ","), text[index] != UInt8(ascii: "=") { index += 1 }
            let name = text[start..<index]
            let hasValue = index < text.count && text[index] == UInt8(ascii: "=")
            guard name.allSatisfy(isNameByte), !(name.isEmpty && hasValue) else { throw .unknownOption }
            if hasValue { index = try endOfValue(text, from: index + 1) }
            // sshd compares names with strncasecmp.
            if !name.isEmpty { options.append((String(decoding: name, as: UTF8.self).lowercased(), hasValue)) }
            if index == text.count { return options }
            guard text[index] == UInt8(ascii: ",") else { throw .unknownOption }
            index += 1
        }
    }

    /// Behind the closing quote (`opt_dequote`: only `\"` is an escape).
    private static func endOfValue(_ text: [UInt8], from start: Int) throws(KeyFault) -> Int {
        guard start < text.count, text[start] == UInt8(ascii: "\"") else { throw .unknownOption }
        var index = start + 1
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            let isEscape = text[index] == UInt8(ascii: "\\") && index + 1 < text.count && text[index + 1] == UInt8(ascii: "\"")
            index += isEscape ? 2 : 1
        }
        guard index < text.count else { throw .openQuoteInOptions }
        return index + 1
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
