/// How sshd cuts a line into a keyword and its arguments.
///
/// sshd has two tokenisers, and both matter: `strdelim` takes the keyword (and, up to 9.8, the criteria of a `Match`
/// line), `argv_split` takes the arguments (misc.c; since OpenSSH 8.7, which is also since when a `#` ends the line).
/// They disagree about `=`, quotes and escapes, so neither may stand in for the other.
enum SSHDLexer {
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")
    static let comment = UInt8(ascii: "#")
    private static let equals = UInt8(ascii: "=")
    private static let quote = UInt8(ascii: "\"")
    private static let apostrophe = UInt8(ascii: "'")
    private static let backslash = UInt8(ascii: "\\")

    /// What `strdelim` calls white space; `argv_split` knows only space and tab.
    static func isWhite(_ byte: UInt8) -> Bool {
        byte == space || byte == tab || byte == 0x0d || byte == newline
    }

    /// ASCII lower case, as `strcasecmp` compares in the C locale that sshd runs in.
    static func lowercased(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 + 0x20 : $0 }
    }

    /// The next token of `text`, which shrinks to what follows it, or to nil where nothing does (`strdelim`).
    ///
    /// A token ends at white space, at one `=` with white space around it, or behind a quoted part.
    ///
    /// - Returns: nil at the end of the text, and where a quote is never closed.
    static func delimited(_ text: inout ArraySlice<UInt8>?) -> [UInt8]? {
        guard let line = text else { return nil }
        guard let stop = line.firstIndex(where: { isWhite($0) || $0 == quote || $0 == equals }) else {
            text = nil
            return Array(line)
        }
        let head = line[line.startIndex..<stop]
        if line[stop] == quote {
            let inner = line[(stop + 1)...]
            guard let close = inner.firstIndex(of: quote) else {
                text = nil
                return nil
            }
            text = line[(close + 1)...].drop(while: isWhite)
            return Array(head) + Array(inner[inner.startIndex..<close])
        }
        var rest = line[(stop + 1)...].drop(while: isWhite)
        if line[stop] != equals, rest.first == equals {
            rest = rest.dropFirst().drop(while: isWhite)
        }
        text = rest
        return Array(head)
    }

    /// All arguments of `text` up to a `#` that begins one (`argv_split` with `terminate_on_comment`).
    ///
    /// A backslash escapes a quote of either kind, a backslash and, outside of quotes, a space; otherwise it is itself.
    ///
    /// - Returns: nil where a quote is never closed, which sshd refuses as "invalid quotes".
    static func arguments(_ text: ArraySlice<UInt8>) -> [[UInt8]]? {
        var found: [[UInt8]] = []
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == space || byte == tab {
                index += 1
                continue
            }
            if byte == comment { break }
            guard let argument = argument(text, &index) else { return nil }
            found.append(argument)
        }
        return found
    }

    /// One argument from `index` on, which is left behind it; nil where a quote is never closed.
    private static func argument(_ text: ArraySlice<UInt8>, _ index: inout Int) -> [UInt8]? {
        var argument: [UInt8] = []
        var open: UInt8?
        while index < text.endIndex {
            let byte = text[index]
            if byte == backslash {
                let next = index + 1 < text.endIndex ? text[index + 1] : 0
                if next == apostrophe || next == quote || next == backslash || (open == nil && next == space) { index += 1 }
                argument.append(text[index])
            } else if let closing = open {
                if byte == closing { open = nil } else { argument.append(byte) }
            } else if byte == space || byte == tab {
                break
            } else if byte == quote || byte == apostrophe {
                open = byte
            } else {
                argument.append(byte)
            }
            index += 1
        }
        return open == nil ? argument : nil
    }
}
