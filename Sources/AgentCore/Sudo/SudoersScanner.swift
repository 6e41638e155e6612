/// Reads the lists of a logical line of sudoers(5): items between commas, blanks and continued lines around those, quotes within.
struct SudoersScanner {
    private let line: ArraySlice<UInt8>
    private var index: Int

    init(_ line: ArraySlice<UInt8>) {
        self.line = line
        index = line.startIndex
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// The next list, and where it stands from its first item to the end of its last.
    mutating func list() -> (items: [ArraySlice<UInt8>], range: Range<Int>) {
        skipBlanks()
        let start = index
        var items = [item()]
        var end = index
        while skip(UInt8(ascii: ",")) {
            skipBlanks()
            items.append(item())
            end = index
        }
        index = end
        return (items, start..<end)
    }

    /// Goes past this byte, where nothing but blanks stands before it.
    mutating func skip(_ byte: UInt8) -> Bool {
        let start = index
        skipBlanks()
        guard index < line.endIndex, line[index] == byte else {
            index = start
            return false
        }
        index += 1
        return true
    }

    /// Goes past the next of this byte.
    mutating func skip(to byte: UInt8) -> Bool {
        guard let found = line[index...].firstIndex(of: byte) else { return false }
        index = found + 1
        return true
    }

    private mutating func skipBlanks() {
        while index < line.endIndex {
            if Self.isBlank(line[index]) {
                index += 1
            } else if line[index] == UInt8(ascii: "\\"), index + 1 < line.endIndex, line[index + 1] == 0x0a {
                index += 2
            } else {
                return
            }
        }
    }

    private mutating func item() -> ArraySlice<UInt8> {
        let start = index
        var isQuoted = false
        while index < line.endIndex, isQuoted || !ends(at: index, of: start) {
            if line[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            let isEscaped = line[index] == UInt8(ascii: "\\") && index + 1 < line.endIndex && line[index + 1] != 0x0a
            index += isEscaped ? 2 : 1
        }
        return line[start..<index]
    }

    private func ends(at index: Int, of start: Int) -> Bool {
        switch line[index] {
        case 0x20, 0x09, 0x0a, UInt8(ascii: ","), UInt8(ascii: "="): true
        // `%:group` is a group of another source.
        case UInt8(ascii: ":"): index == start || line[index - 1] != UInt8(ascii: "%")
        case UInt8(ascii: "\\"): index + 1 < line.endIndex && line[index + 1] == 0x0a
        default: false
        }
    }
}
