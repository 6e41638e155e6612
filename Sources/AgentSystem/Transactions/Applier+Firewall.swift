internal import AgentCore
internal import Glibc

/// Ways through the firewall.
extension Applier {
    func open(_ opening: FirewallOpening, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        switch opening.way {
        case .rule(let rule): return try insert(rule, step, transaction)
        case .ufw(let port):
            // The files come back byte for byte, after ufw has taken its rule out of the kernel.
            for path in Ufw.files { try keep(path, try guest.root.status(path), step, transaction) }
            try transaction.record(.service(.ufw(port: port, opens: false)), step.summary)
            try Ufw(guest).open(port)
            return try insertRest(port, step, transaction)
        case .firewalld(let zone, let port):
            for path in Firewalld.files(of: zone) { try keep(path, try guest.root.status(path), step, transaction) }
            try transaction.record(.service(.firewalld(zone: zone, port: port, opens: false)), step.summary)
            try Firewalld(guest).open(zone, port)
            return try insertRest(port, step, transaction)
        }
    }

    /// What the manager's own rule does not open: a rule ahead of its chains, or in the family that it leaves alone.
    private func insertRest(_ port: UInt16, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        guard case .known(let rules) = Firewall(guest).rules() else { return [] }
        var notes: [String] = []
        for opening in rules.kernelOpenings(for: port) {
            guard case .rule(let rule) = opening.way, rule.packet == .request(port) else { continue }
            // Another zone's own step opens that.
            if rule.table == "firewalld", (rules.zones?.count ?? 0) > 1 { continue }
            notes += try insert(rule, step, transaction)
        }
        return notes
    }

    private func insert(_ rule: FirewallOpening.Rule, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        let firewall = Firewall(guest)
        try transaction.record(.service(.rule(rule)), step.summary)
        try firewall.insert(rule)
        let file: (path: String, contents: [UInt8])
        switch try firewall.persistent(rule) {
        case .held: return []
        case .unknown: return ["open until the next boot: it is not known what brings \(rule.family) \(rule.table) back then"]
        case .file(let path, let contents): file = (path, contents)
        }
        let status = try guest.root.status(file.path)
        try keep(file.path, status, step, transaction)
        let attributes = Root.Attributes(mode: status?.mode ?? 0o644, uid: status?.uid ?? 0, gid: status?.gid ?? 0)
        do throws(Fault) {
            try guest.root.replace(file.path, with: file.contents, attributes) { (temporary) throws(Fault) in
                if rule.keeper == .nft { try guest.processes.require(Command(.nft, ["-c", "-f", temporary])) }
            }
        } catch {
            return ["open now, but not after the next boot: \(error.message)"]
        }
        return ["also in \(file.path)"]
    }
}
