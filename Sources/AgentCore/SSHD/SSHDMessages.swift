/// A line that sshd wrote to stderr about its configuration, as of `sshd -t` or `-T`.
///
/// sshd has two forms, `FILE: line N: TEXT` and `FILE line N: TEXT`, and writes much without any place (servconf.c,
/// sshd.c). All of it is foreign text: a file's name may look like a place itself.
package struct SSHDMessage: Hashable, Sendable {
    /// The file, where the message names one. `command-line` for the service's own arguments.
    package let file: ForeignText?
    /// The line, in sshd's count.
    package let line: Int?
    /// What it says, without the place; at most `SSHDMessages.textLimit` bytes.
    package let text: ForeignText
    package let subject: Subject

    /// What it is about.
    package enum Subject: Hashable, Sendable {
        /// A keyword that this sshd does not have.
        case badOption(ForeignText)
        /// A line is refused for another reason.
        case badLine
        /// A keyword is obsolete: nothing to act on.
        case deprecated
        /// The last word on a file: how many lines of it were refused stands before.
        case terminating
        /// None of the host keys can be used: sshd exits.
        case noHostKeys
        /// One host key cannot be used.
        case hostKey(ForeignText)
        /// The privilege separation directory is missing.
        case missingDirectory(ForeignText)
        /// The privilege separation directory is another's, or others may write to it.
        case unsafeDirectory(ForeignText)
        /// The privilege separation user is missing.
        case missingUser(ForeignText)
        /// A `ListenAddress` that names nothing.
        case badAddress
        /// A file cannot be read.
        case unreadable(ForeignText)
        case other
    }
}

/// What sshd wrote to stderr, line by line.
package struct SSHDMessages: Hashable, Sendable {
    package static let textLimit = 512
    package static let countLimit = 100

    /// In order, at most `countLimit`, the last one always.
    package let all: [SSHDMessage]
    /// Whether there were more.
    package let isCut: Bool

    /// - Parameter files: the files of the configuration, which settle where a name ends.
    /// - Parameter files: the files of the configuration, the main one first: they settle where a name ends.
    package init(stderr: [UInt8], files: [ForeignText] = []) {
        let lines = stderr.split { $0 == SSHDLexer.newline || $0 == 0x0d }
        isCut = lines.count > Self.countLimit
        // The last line is what ended sshd.
        let kept = isCut ? lines.prefix(Self.countLimit - 1) + lines.suffix(1) : lines[...]
        let known = files.sorted { $0.bytes.count > $1.bytes.count }
        all = kept.map { Self.message($0, known, main: files.first) }
    }

    /// Why sshd failed, if it did: its last words; where those only count the refused lines, the first of these.
    package var reason: SSHDMessage? {
        guard all.last?.subject == .terminating else { return all.last }
        return all.first { $0.line != nil && $0.subject != .deprecated } ?? all.last
    }

    private static func message(_ line: ArraySlice<UInt8>, _ files: [ForeignText], main: ForeignText?) -> SSHDMessage {
        guard let place = place(line, files) else {
            let text = ForeignText(line.prefix(textLimit))
            return SSHDMessage(file: nil, line: nil, text: text, subject: subject(line))
        }
        let text = line[place.end...]
        let subject: SSHDMessage.Subject
        if let option = after("Bad configuration option: ", text) {
            subject = .badOption(option)
        } else if after("Deprecated option ", text) != nil || after("Unsupported option ", text) != nil {
            subject = .deprecated
        } else {
            subject = place.line == nil ? .terminating : .badLine
        }
        // What `-C` reads once more has lost its name: it is the main file.
        let file = place.file == ForeignText("reprocess config") ? main ?? place.file : place.file
        return SSHDMessage(file: file, line: place.line, text: ForeignText(text.prefix(textLimit)), subject: subject)
    }

    /// Where the place at the start of a line ends: behind the name of a known file, or else at the first that fits.
    private static func place(
        _ line: ArraySlice<UInt8>, _ files: [ForeignText]
    ) -> (file: ForeignText, line: Int?, end: Int)? {
        for file in files where line.starts(with: file.bytes) {
            if let end = numbered(line[(line.startIndex + file.bytes.count)...]) { return (file, end.line, end.end) }
        }
        for index in line.indices.dropFirst() where line[index] == SSHDLexer.space || line[index] == UInt8(ascii: ":") {
            if let end = numbered(line[index...]) { return (ForeignText(line[..<index]), end.line, end.end) }
        }
        return nil
    }

    /// What stands behind a file's name: `: line N: `, ` line N: `, or `: terminating, `.
    private static func numbered(_ text: ArraySlice<UInt8>) -> (line: Int?, end: Int)? {
        if text.starts(with: ": terminating, ".utf8) { return (nil, text.startIndex + 2) }
        for mark in [": line ", " line "] where text.starts(with: mark.utf8) {
            let rest = text.dropFirst(mark.utf8.count)
            let digits = rest.prefix { $0 != UInt8(ascii: ":") }
            guard let number = SSHDNumber.decimal(digits), rest[digits.endIndex...].starts(with: ": ".utf8) else { continue }
            return (number, digits.endIndex + 2)
        }
        return nil
    }

    /// What a line without a place is about.
    private static func subject(_ line: ArraySlice<UInt8>) -> SSHDMessage.Subject {
        if after("sshd: no hostkeys available", line) != nil { return .noHostKeys }
        if let key = after("Unable to load host key: ", line) { return .hostKey(key) }
        if let path = after("Missing privilege separation directory: ", line) { return .missingDirectory(path) }
        if let path = before(" must be owned by root and not group or world-writable.", line) { return .unsafeDirectory(path) }
        if let rest = after("Privilege separation user ", line), let user = before(" does not exist", rest.bytes[...]) {
            return .missingUser(user)
        }
        if after("bad addr or host: ", line) != nil { return .badAddress }
        for reason in [": No such file or directory", ": Permission denied"] {
            if let path = before(reason, line), path.bytes.first == UInt8(ascii: "/") { return .unreadable(path) }
        }
        return .other
    }

    private static func after(_ mark: String, _ text: ArraySlice<UInt8>) -> ForeignText? {
        text.starts(with: mark.utf8) ? ForeignText(text.dropFirst(mark.utf8.count).prefix(textLimit)) : nil
    }

    private static func before(_ mark: String, _ text: ArraySlice<UInt8>) -> ForeignText? {
        guard text.count > mark.utf8.count, text.suffix(mark.utf8.count).elementsEqual(mark.utf8) else { return nil }
        return ForeignText(text.dropLast(mark.utf8.count).prefix(textLimit))
    }
}
