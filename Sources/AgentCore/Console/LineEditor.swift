/// Makes lines of what is typed or piped, byte by byte, and says what a terminal is to show for it.
///
/// The agent does this itself, since a terminal's own editing (termios(3), ICANON) ends a line at LF alone where somebody has switched
/// ICRNL off, cuts a line at 4095 bytes, and knows Ctrl-C only where the terminal controls a session, which it does not under
/// `init=/bin/bash`.
package struct LineEditor {
    package enum Event {
        /// Without its end.
        case line(Secret)
        /// A line with more bytes than any answer has; what it held is gone.
        case tooLong
        /// Ctrl-C.
        case interrupted
        case endOfInput
    }

    /// A person sits there: keys mean what they mean on a terminal. Else bytes are bytes.
    private let isTerminal: Bool
    private let line = SecretBuffer(capacity: KeyFault.longestLine)
    private var isTooLong = false
    /// The last line ended with CR: a LF right behind it belongs to that.
    private var endedByCR = false
    private var escape = Escape.none

    private enum Escape { case none, begun, inside }

    package init(isTerminal: Bool) {
        self.isTerminal = isTerminal
    }

    /// - Parameters:
    ///   - hidden: nothing of the line is shown.
    ///   - show: what the terminal is to show.
    package mutating func take(_ byte: UInt8, hidden: Bool, show: inout [UInt8]) -> Event? {
        let isLineFeedOfCR = endedByCR && byte == Key.lineFeed
        endedByCR = false
        if isLineFeedOfCR { return nil }
        if byte == Key.lineFeed || byte == Key.carriageReturn {
            endedByCR = byte == Key.carriageReturn
            escape = .none
            if isTerminal { show.append(Key.lineFeed) }
            return end()
        }
        guard isTerminal else {
            add(byte)
            return nil
        }
        if escape != .none {
            skip(byte)
            return nil
        }
        switch byte {
        case Key.escape: escape = .begun
        case Key.interrupt:
            forget()
            return .interrupted
        case Key.endOfFile: return line.isEmpty && !isTooLong ? .endOfInput : nil
        case Key.backspace, Key.delete: if erase(), !hidden { show += Key.rubOut }
        case Key.kill:
            while erase() { if !hidden { show += Key.rubOut } }
        default:
            let isFirst = add(byte)
            if isFirst, !hidden { show.append(Self.shown(byte)) }
        }
        return nil
    }

    /// The input has ended: what stands there without a line end is a line all the same.
    package mutating func finish() -> Event {
        line.isEmpty && !isTooLong ? .endOfInput : end()
    }

    private mutating func end() -> Event {
        defer { forget() }
        return isTooLong ? .tooLong : .line(line.take())
    }

    private mutating func forget() {
        line.clear()
        isTooLong = false
        escape = .none
    }

    /// Whether it is the first byte of a character.
    @discardableResult
    private mutating func add(_ byte: UInt8) -> Bool {
        if !line.append(byte) { isTooLong = true }
        return !Self.continues(byte)
    }

    /// One character, whatever it has of bytes. Whether there was one.
    private mutating func erase() -> Bool {
        guard let last = line.removeLast() else { return false }
        var byte = last
        while Self.continues(byte), let before = line.removeLast() { byte = before }
        return true
    }

    private static func continues(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }

    /// What is pasted may move a cursor where it is sent back; printable ASCII cannot.
    private static func shown(_ byte: UInt8) -> UInt8 {
        (0x20...0x7e).contains(byte) ? byte : UInt8(ascii: "?")
    }

    /// Arrow keys and the like (ECMA-48, 5.4): ESC, `[` or `O`, parameters, and a letter.
    private mutating func skip(_ byte: UInt8) {
        switch escape {
        case .begun: escape = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") ? .inside : .none
        case .inside: if (0x40...0x7e).contains(byte) { escape = .none }
        case .none: break
        }
    }

    private enum Key {
        static let lineFeed: UInt8 = 0x0a
        static let carriageReturn: UInt8 = 0x0d
        static let escape: UInt8 = 0x1b
        static let interrupt: UInt8 = 0x03
        static let endOfFile: UInt8 = 0x04
        static let backspace: UInt8 = 0x08
        static let delete: UInt8 = 0x7f
        /// Ctrl-U.
        static let kill: UInt8 = 0x15
        static let rubOut: [UInt8] = [0x08, 0x20, 0x08]
    }
}
