/// `/etc/vmaccess-agent.conf`: what a site demands of settings that are dropped.
///
/// Lines of `Key=value`; blank lines and those that begin with `#` say nothing.
package struct Configuration: Hashable, Sendable {
    package static let path = "/etc/vmaccess-agent.conf"

    /// Settings in clear text are refused.
    package var requiresSealed = false
    /// Settings that no trusted key has signed are refused, and so are unsealed ones.
    package var requiresSigned = false

    package init() {}

    /// - Throws: `Refusal`: a demand that cannot be read must not be passed over.
    package init(_ text: [UInt8]) throws(Refusal) {
        for (index, line) in text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let words = Self.trimmed(line)
            if words.isEmpty || words.first == UInt8(ascii: "#") { continue }
            guard let equals = words.firstIndex(of: UInt8(ascii: "=")) else { throw Self.wrong(index, "has no \"=\"") }
            let key = Self.trimmed(words[..<equals])
            let value = try Self.flag(Self.trimmed(words[(equals + 1)...]), index)
            if key.elementsEqual("RequireSealed".utf8) {
                requiresSealed = value
            } else if key.elementsEqual("RequireSigned".utf8) {
                requiresSigned = value
            } else {
                throw Self.wrong(index, "has the unknown key \(ForeignText(key).quoted(limit: 40))")
            }
        }
    }

    private static func flag(_ word: ArraySlice<UInt8>, _ index: Int) throws(Refusal) -> Bool {
        if ["yes", "true", "on", "1"].contains(where: { word.elementsEqual($0.utf8) }) { return true }
        if ["no", "false", "off", "0"].contains(where: { word.elementsEqual($0.utf8) }) { return false }
        throw wrong(index, "says neither yes nor no")
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
        guard let last = line.lastIndex(where: { !isBlank($0) }) else { return [] }
        return line[...last].drop(while: isBlank)
    }

    private static func wrong(_ index: Int, _ what: String) -> Refusal {
        Refusal(reason: "bad-configuration", message: "\(path), line \(index + 1), \(what); nothing is carried out until that is put right")
    }
}
