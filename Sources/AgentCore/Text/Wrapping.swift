/// Text broken into lines.
enum Wrapping {
    /// Breaks at blanks where it can, so that no line is longer than `width`.
    ///
    /// - Parameters:
    ///   - text: printable ASCII.
    ///   - first: what the first line begins with.
    ///   - rest: what the others begin with.
    static func lines(_ text: String, width: Int, first: String, rest: String) -> [String] {
        var left = Array(text.utf8)[...]
        var lines: [String] = []
        var begin = first
        while true {
            let space = width - begin.utf8.count
            if left.count <= space {
                lines.append(begin + String(decoding: left, as: UTF8.self))
                return lines
            }
            let blank = left.prefix(space + 1).lastIndex(of: UInt8(ascii: " "))
            // A fingerprint is broken between its bytes.
            let colon = left.prefix(space).lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 }
            let end = blank.flatMap { $0 > left.startIndex ? $0 : nil } ?? colon ?? left.index(left.startIndex, offsetBy: space)
            lines.append(begin + String(decoding: left[..<end], as: UTF8.self))
            left = left[end...].drop(while: { $0 == UInt8(ascii: " ") })
            begin = rest
            if left.isEmpty { return lines }
        }
    }
}
