package import AgentCore

/// Status files below `status/`: one for each drop, and `latest.status`. Replaced in one piece; a reader sees the old or the new.
package struct StatusFile: Sendable {
    private let guest: Guest
    package static let latest = "latest"

    package init(_ guest: Guest) {
        self.guest = guest
    }

    /// - Parameter name: of the drop, without `.settings`; nil for a run without one.
    package func write(_ report: Report, for name: String?) throws(Fault) {
        try write(document(report), for: name)
    }

    func document(_ report: Report) -> [UInt8] { AzureStatus.document(report, timestamp: guest.clock.timestamp).pretty() }

    func write(_ bytes: [UInt8], for name: String?) throws(Fault) {
        for name in [name, Self.latest] {
            guard let name else { continue }
            try guest.root.replace("\(guest.state)/status/\(name).status", with: bytes, Root.Attributes(mode: 0o600))
        }
    }

    package func read(_ name: String) throws(Fault) -> [UInt8]? {
        try guest.root.read("\(guest.state)/status/\(name).status")
    }

    /// So many statuses are kept; a sender that drops more has read the older ones, or never will.
    private static let kept = 1000

    /// Removes the oldest statuses above that number.
    package func prune() throws(Fault) {
        let folder = "\(guest.state)/status"
        let names = try guest.root.names(in: folder).filter { $0 != ForeignText("\(Self.latest).status") }
        guard names.count > Self.kept else { return }
        var ages: [(path: String, changed: Int64)] = []
        for name in names {
            let path = "\(folder)/\(text(name))"
            if let status = try guest.root.status(path) { ages.append((path, status.changed)) }
        }
        ages.sort { $0.changed < $1.changed }
        for (path, _) in ages.dropLast(Self.kept) { try guest.root.remove(path) }
    }
}
