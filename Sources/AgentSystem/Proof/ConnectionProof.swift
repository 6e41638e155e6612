internal import AgentCore
internal import Glibc

/// Asks whether this guest's sshd answers: banner, key exchange, and its own host key. Nobody logs in.
///
/// The client names no method but `none`: it tries no credential, for which sshd has its mildest penalty (sshd_config(5),
/// PerSourcePenalties: `noauth`, a second each, in force from fifteen).
struct ConnectionProof {
    private let guest: Guest

    init(_ guest: Guest) {
        self.guest = guest
    }

    /// Waits, bounded, until sshd answers, from wherever.
    ///
    /// - Throws: what refused, where it never does.
    func require() throws(Fault) {
        let deadline = Deadline.seconds(10)
        while true {
            // That sshd serves is the question here, not who gets through to it: this machine itself is asked first.
            var proof = run(Self.near)
            if !proof.attempts.contains(where: { $0.result == .served }) { proof = run() }
            if proof.attempts.contains(where: { $0.result == .served }) {
                guard let holder = PortHolder.other(than: "sshd", guest) else { return }
                throw Fault("have sshd listen everywhere", cause: holder)
            }
            if deadline.hasPassed {
                let service = guest.service.answer()
                let holder = service.listeners.isEmpty ? PortHolder.other(than: service.unit ?? "ssh.service", guest) : nil
                throw Fault("connect to sshd", cause: holder ?? SSHD(guest).complaint() ?? proof.message)
            }
            deadline.pause(milliseconds: 100)
        }
    }

    func run() -> Proof { run(Self.ask) }

    private func run(_ ask: (ConnectionProof) -> () throws(Fault) -> Proof) -> Proof {
        do throws(Fault) {
            return try ask(self)()
        } catch {
            return Proof(user: nil, attempts: [], gaps: [error.message])
        }
    }

    /// Who serves, and the host keys that it must have.
    private func ground() throws(Fault) -> (service: ServiceAnswer, knownHosts: [UInt8]) {
        let service = guest.service.answer()
        guard !service.listeners.isEmpty, let nobody = UserName("nobody") else {
            throw Fault("ask sshd", cause: "\(service.unit ?? "its service") listens on no TCP port")
        }
        let configuration: EffectiveConfiguration
        switch SSHD(guest).effectiveConfiguration(Connection(user: nobody)) {
        case .known(let known): configuration = known
        case .unknown(let why): throw Fault("ask sshd", cause: why)
        }
        return (service, try HostKeys.knownHosts(configuration.hostKeys.map(text), guest.processes))
    }

    /// On the loopback, or at an own address where sshd does not listen there.
    private func near() throws(Fault) -> Proof {
        let (service, knownHosts) = try ground()
        let folder = try PrivateFolder(below: guest.runtime)
        try folder.write("known_hosts", knownHosts)
        let routes = Routes(listeners: service.listeners, strangers: [], addresses: Addresses.global(), link: [])
        let near = routes.routes.filter { $0.origin == .loopback }
        return Proof(user: nil, attempts: attempts(near, "\(folder.path)/known_hosts", nil), gaps: [])
    }

    private func ask() throws(Fault) -> Proof {
        let (service, knownHosts) = try ground()
        let folder = try PrivateFolder(below: guest.runtime)
        try folder.write("known_hosts", knownHosts)
        let hosts = "\(folder.path)/known_hosts"
        let namespace = try NetworkNamespace(guest.processes)
        let link: [(family: Listener.Family, address: String)] =
            [(.ipv4, NetworkNamespace.guestIPv4)] + (namespace.hasIPv6 ? [(.ipv6, NetworkNamespace.guestIPv6)] : [])
        let addresses = Addresses.global().filter { $0.family == .ipv4 || namespace.hasIPv6 }
        let routes = Routes(listeners: service.listeners, strangers: service.strangers, addresses: addresses, link: link)
        return Proof(user: nil, attempts: attempts(routes.routes, hosts, namespace.descriptor.raw), gaps: routes.gaps)
    }

    private func attempts(_ routes: [Proof.Route], _ hosts: String, _ namespace: Int32?) -> [Proof.Attempt] {
        guard let nobody = UserName("nobody") else { return [] }
        let attempts = routes.map { SSHAttempt(route: $0, credential: .connection, user: nobody, token: "none") }
        let results = guest.processes.runTogether(attempts.map { $0.unauthenticated(knownHosts: hosts, namespace) })
        return zip(attempts, results).map { attempt, result in
            let read = attempt.read(result, keyNames: [:])
            // sshd can only refuse a method to a client that knows its host key by then.
            guard case .refused = read.result else { return read }
            return Proof.Attempt(route: attempt.route, credential: .connection, result: .served, refusedKeys: [])
        }
    }
}
