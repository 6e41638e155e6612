/// A rule of TCP wrappers about sshd or everything (hosts_access(5)). sshd of Debian asks them (libwrap).
package struct WrappersDeny: Obstacle {
    package let id = "tcp-wrappers"
    package let layer = Layer.network

    private static let path = "/etc/hosts.deny"

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        guard case .contents(let bytes) = try facts.file(Self.path), let line = Self.denial(in: bytes) else { return .clear }
        if case .contents(let allowed) = try facts.file("/etc/hosts.allow"), Self.denial(in: allowed) != nil { return .clear }
        let words = "\(Self.path):\(line) refuses connections to sshd"
        return .found(Finding(self, words, mandate: .reset, steps: [.service("set \(Self.path) aside", .setAside(Self.path))]))
    }

    /// The number of the first line whose daemons have sshd or ALL in them, and whose clients ALL.
    static func denial(in bytes: [UInt8]) -> Int? {
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let parts = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard line.first != UInt8(ascii: "#"), parts.count > 1 else { continue }
            func has(_ part: ArraySlice<UInt8>, _ names: [String]) -> Bool {
                part.split { [0x20, 0x09, UInt8(ascii: ","), 0x0d].contains($0) }.contains { word in
                    names.contains { $0.utf8.elementsEqual(word) }
                }
            }
            if has(parts[0], ["ALL", "sshd"]), has(parts[1], ["ALL"]) { return index + 1 }
        }
        return nil
    }
}
