internal import AgentCore
internal import Glibc

/// ufw(8), where it is enabled.
struct Ufw {
    private let guest: Guest

    /// Where it keeps the rules that it was given.
    static let files = ["/etc/ufw/user.rules", "/etc/ufw/user6.rules"]

    init(_ guest: Guest) {
        self.guest = guest
    }

    /// What ufw itself reads at boot.
    var isEnabled: Bool {
        guard let contents = try? guest.root.read("/etc/ufw/ufw.conf") else { return false }
        var settings = ServiceEnvironment()
        settings.read(contents)
        return settings.expand(["${ENABLED}"]) == ["yes"]
    }

    /// The rule; written otherwise where ufw has just that one already, further down, and would not move it.
    private static func rule(_ port: UInt16, anew: Bool) -> [String] {
        ["allow", "proto", "tcp", "from", "any"] + (anew ? ["port", everyPort] : []) + ["to", "any", "port", String(port)]
    }

    private static let everyPort = "1:65535"

    /// Ahead of all other rules that ufw was given, in both families, now and from the next boot on.
    func open(_ port: UInt16) throws(Fault) {
        let comment = ["comment", FirewallPacket.request(port).mark]
        let outcome = try guest.processes.require(Command(.ufw, ["prepend"] + Self.rule(port, anew: false) + comment))
        guard Self.contains("Skipping", outcome.output) else { return }
        try guest.processes.require(Command(.ufw, ["prepend"] + Self.rule(port, anew: true) + comment))
    }

    /// Takes the rule out where it is ours: one without our comment was there before.
    func close(_ port: UInt16) throws(Fault) {
        let mark = Hex.text(of: FirewallPacket.request(port).mark.utf8)
        var ours: Set<Bool> = []
        for path in Self.files {
            guard let contents = try guest.root.read(path) else { continue }
            for line in contents.split(separator: UInt8(ascii: "\n")) where line.suffix(mark.utf8.count).elementsEqual(mark.utf8) {
                ours.insert(Self.contains(Self.everyPort, Array(line)))
            }
        }
        for anew in ours { try guest.processes.require(Command(.ufw, ["delete"] + Self.rule(port, anew: anew))) }
    }

    private static func contains(_ word: String, _ bytes: [UInt8]) -> Bool {
        bytes.split { [0x20, 0x0a].contains($0) }.contains { $0.elementsEqual(word.utf8) }
    }
}
