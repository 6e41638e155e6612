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
        let bytes = AzureStatus.document(report, timestamp: guest.clock.timestamp).pretty()
        for name in [name, Self.latest] {
            guard let name else { continue }
            try guest.root.replace("\(guest.state)/status/\(name).status", with: bytes, Root.Attributes(mode: 0o600))
        }
    }

    package func read(_ name: String) throws(Fault) -> [UInt8]? {
        try guest.root.read("\(guest.state)/status/\(name).status")
    }
}
