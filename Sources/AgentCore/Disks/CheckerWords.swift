/// What a checker of file systems says, cut down to what it found.
package enum CheckerWords {
    static let mostLines = 8
    static let longest = 500

    /// The lines that are no mere progress, the first few of them, on one line, escaped.
    package static func summary(_ output: [UInt8]) -> String {
        let lines = output.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }).map { trimmed($0) }.filter { !$0.isEmpty && !isProgress($0) }
        let shown = lines.prefix(mostLines).map { ForeignText($0).escaped(limit: 160) }
        let more = lines.count > mostLines ? ["and \(lines.count - mostLines) more lines"] : []
        let whole = (shown + more).joined(separator: "; ")
        return whole.utf8.count > longest ? String(whole.prefix(longest)) + "..." : whole
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let last = line.lastIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return [] }
        return line[...last].drop { $0 == 0x20 || $0 == 0x09 }
    }

    /// Names of versions and passes, and the questions that were answered by an option.
    private static let progress = ["e2fsck ", "fsck.fat ", "fsck.exfat ", "Pass ", "Phase ", "- ", "done", "Fix? ", "exfatprogs "]

    private static func isProgress(_ line: ArraySlice<UInt8>) -> Bool {
        progress.contains { line.starts(with: $0.utf8) }
    }
}
