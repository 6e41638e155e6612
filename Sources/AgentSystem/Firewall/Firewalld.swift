internal import AgentCore
internal import Glibc

/// firewalld, where it runs.
struct Firewalld {
    private let guest: Guest

    init(_ guest: Guest) {
        self.guest = guest
    }

    /// What `--permanent` writes.
    static func files(of zone: String) -> [String] { ["/etc/firewalld/zones/\(zone).xml", "/etc/firewalld/zones/\(zone).xml.old"] }

    /// Zones that strangers' connections come in by: those that have interfaces, and the one that all others fall to. nil where
    /// firewalld does not run.
    func zones() -> [String]? {
        guard (try? location(of: .firewallCmd)) != nil else { return nil }
        let questions = ["--get-default-zone", "--get-active-zones"].map { Command(.firewallCmd, [$0]) }
        let answers = guest.processes.runTogether(questions).map { try? $0.get() }
        guard let standard = answers[0], standard.succeeded, let active = answers[1], active.succeeded else { return nil }
        var found = Self.lines(standard.output).filter { !$0.hasPrefix(" ") }
        var zone: String?
        for line in Self.lines(active.output) {
            if !line.hasPrefix(" ") {
                zone = line.split(separator: " ").first.map(String.init)
            } else if line.hasPrefix("  interfaces:"), let zone, !found.contains(zone) {
                found.append(zone)
            }
        }
        // A zone's name is a file's.
        return found.filter { !$0.contains("/") && !$0.hasPrefix(".") && !$0.isEmpty }
    }

    private static func lines(_ output: [UInt8]) -> [String] {
        output.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Ahead of what the zone denies (firewalld.richlanguage(5): the lowest priority comes first).
    private static func rule(_ port: UInt16) -> String { "rule priority=\"-32768\" port port=\"\(port)\" protocol=\"tcp\" accept" }

    func open(_ zone: String, _ port: UInt16) throws(Fault) {
        for scope in [["--permanent"], []] {
            try guest.processes.require(Command(.firewallCmd, scope + ["--zone=\(zone)", "--add-rich-rule=\(Self.rule(port))"]))
        }
    }

    /// What is not there is no fault.
    func close(_ zone: String, _ port: UInt16) throws(Fault) {
        let words = ["--zone=\(zone)", "--remove-rich-rule=\(Self.rule(port))"]
        if zones() == nil {
            _ = try guest.processes.run(Command(.firewallOfflineCmd, words))
            return
        }
        for scope in [[], ["--permanent"]] { try guest.processes.require(Command(.firewallCmd, scope + words)) }
    }
}
