internal import AgentCore
internal import Glibc

/// fail2ban, where its server runs.
struct Fail2ban {
    private let guest: Guest

    init(_ guest: Guest) {
        self.guest = guest
    }

    /// More than so many are not told, and not lifted one by one.
    private static let most = 10_000
    private static let atOnce = 500

    var runs: Bool {
        guard (try? location(of: .fail2banClient)) != nil else { return false }
        return (try? guest.root.status("/run/fail2ban/fail2ban.sock")) ?? nil != nil
    }

    /// What jails about sshd keep away; also the one for those who were banned again and again, which closes all ports.
    func bans() -> Known<[Ban]> {
        guard runs else { return .known([]) }
        do throws(Fault) {
            let status = try guest.processes.require(Command(.fail2banClient, ["status"]))
            var bans: [Ban] = []
            for jail in JailListing.jails(in: status.output) where jail.contains("ssh") || jail == "recidive" {
                let outcome = try guest.processes.run(Command(.fail2banClient, ["get", jail, "banip"]))
                guard outcome.succeeded else { continue }
                let addresses = JailListing.addresses(in: outcome.output)
                if !addresses.isEmpty { bans.append(Ban(jail: jail, addresses: Array(addresses.prefix(Self.most)))) }
            }
            return .known(bans)
        } catch {
            return .unknown("fail2ban does not say whom it bans: \(error.message)")
        }
    }

    func change(_ ban: Ban, _ verb: String) throws(Fault) {
        for start in stride(from: 0, to: ban.addresses.count, by: Self.atOnce) {
            let addresses = ban.addresses[start..<min(start + Self.atOnce, ban.addresses.count)]
            try guest.processes.require(Command(.fail2banClient, ["set", ban.jail, verb] + addresses))
        }
    }
}
