/// Questions about the SSH service and what is around it; see `Probe`.
package enum SSHProbe: Hashable, Sendable {
    /// sshd's configuration, as its files have it now.
    case configuration
    /// The names in a directory.
    case names(String)
    /// Whether sshd accepts its configuration with this change: `sshd -t` on a copy.
    case candidate(ConfigurationChange)
    /// What would be in force with it: `sshd -T -C` on a copy.
    case effective(ConfigurationChange, Connection)
    /// The units of the SSH service, as systemd has them.
    case units
    /// A host key, by its path.
    case hostKey(String)
    /// Who is let through to this TCP port, as the firewall's rules have it.
    case firewall(UInt16)
}

package enum SSHAnswer: Sendable {
    case configuration(Known<SSHDConfiguration>)
    case names([ForeignText])
    case candidate(CandidateVerdict)
    case effective(Known<EffectiveConfiguration>)
    case units(Known<ServiceUnits>)
    case hostKey(HostKeyFact)
    case firewall(Known<FirewallRules>)
}

/// What `sshd -t` says of a configuration that is not in force yet.
package enum CandidateVerdict: Hashable, Sendable {
    case accepted
    case refused(SSHDMessage)
    /// It could not be asked; why.
    case unknown(String)
}

/// The state of one host key.
package struct HostKeyFact: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case missing
        /// ssh-keygen cannot read it: why.
        case broken(String)
        /// A key, but sshd refuses it for its owner or mode (`sshkey_perm_ok` in authfile.c).
        case exposed(FileStatus)
        case valid
        /// It could not be judged; why.
        case unknown(String)
    }
    package let path: String
    package let state: State

    package init(path: String, state: State) {
        self.path = path
        self.state = state
    }

    /// sshd's defaults (sshd_config(5), HostKey).
    package static let paths = ["rsa", "ecdsa", "ed25519"].map { "/etc/ssh/ssh_host_\($0)_key" }
}

/// The units that can serve SSH.
package struct ServiceUnits: Hashable, Sendable {
    package struct Unit: Hashable, Sendable {
        package let name: String
        /// `loaded`, `masked`, `not-found`, `error`, `bad-setting`.
        package let load: String
        /// `active`, `inactive`, `failed`, …
        package let active: String
        /// `enabled`, `disabled`, `masked`, `static`, …
        package let file: String

        package init(name: String, load: String, active: String, file: String) {
            self.name = name
            self.load = load
            self.active = active
            self.file = file
        }
    }
    package let services: [Unit]
    package let sockets: [Unit]

    package init(services: [Unit], sockets: [Unit]) {
        self.services = services
        self.sockets = sockets
    }

    /// The unit that is to serve: what serves now; else what is enabled, the service first; else the service.
    package var serving: Unit? {
        let all = services + sockets
        return all.first { $0.active == "active" } ?? all.first { $0.file == "enabled" } ?? services.first ?? sockets.first
    }
}

extension Facts {
    package func configuration() throws(Unanswered) -> Known<SSHDConfiguration> {
        try ssh(.configuration) { if case .configuration(let answer) = $0 { answer } else { nil } }
    }

    package func names(in folder: String) throws(Unanswered) -> [ForeignText] {
        try ssh(.names(folder)) { if case .names(let answer) = $0 { answer } else { nil } }
    }

    package func candidate(_ change: ConfigurationChange) throws(Unanswered) -> CandidateVerdict {
        try ssh(.candidate(change)) { if case .candidate(let answer) = $0 { answer } else { nil } }
    }

    package func effective(
        _ change: ConfigurationChange, _ connection: Connection
    ) throws(Unanswered) -> Known<EffectiveConfiguration> {
        try ssh(.effective(change, connection)) { if case .effective(let answer) = $0 { answer } else { nil } }
    }

    package func units() throws(Unanswered) -> Known<ServiceUnits> {
        try ssh(.units) { if case .units(let answer) = $0 { answer } else { nil } }
    }

    package func hostKey(_ path: String) throws(Unanswered) -> HostKeyFact {
        try ssh(.hostKey(path)) { if case .hostKey(let answer) = $0 { answer } else { nil } }
    }

    package func firewall(_ port: UInt16) throws(Unanswered) -> Known<FirewallRules> {
        try ssh(.firewall(port)) { if case .firewall(let answer) = $0 { answer } else { nil } }
    }

    private func ssh<Value>(_ probe: SSHProbe, _ value: (SSHAnswer) -> Value?) throws(Unanswered) -> Value {
        try known(.ssh(probe)) { if case .ssh(let answer) = $0 { value(answer) } else { nil } }
    }
}
