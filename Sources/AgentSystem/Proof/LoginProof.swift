package import AgentCore
internal import Glibc

/// Asks this guest's sshd, over connections, whether it lets the user in.
package struct LoginProof {
    private let guest: Guest
    private let user: UserRequest
    /// The request's keys, as lines of authorized_keys.
    private let keys: [AuthorizedKeyLine]

    package init(guest: Guest, user: UserRequest, keys: [AuthorizedKeyLine]) {
        self.guest = guest
        self.user = user
        self.keys = keys
    }

    /// sshd counts each key that it refuses against MaxAuthTries (6); so many are asked about in one connection.
    private static let keysAtOnce = 4

    package func run() -> Proof {
        do throws(Fault) {
            return try ask()
        } catch {
            return Proof(user: user.name, attempts: [], gaps: [error.message])
        }
    }

    private func ask() throws(Fault) -> Proof {
        // Only sockets that the service's own process holds are asked, and only if they prove to have the host key.
        let service = guest.service.answer()
        guard !service.listeners.isEmpty else { throw Fault("ask sshd", cause: Self.words(service)) }
        let configuration: EffectiveConfiguration
        switch SSHD(guest).effectiveConfiguration(Connection(user: user.name)) {
        case .known(let known): configuration = known
        case .unknown(let why): throw Fault("ask sshd", cause: why)
        }
        let folder = try PrivateFolder(below: guest.runtime)
        try folder.write("known_hosts", HostKeys.knownHosts(configuration.hostKeys.map(text), guest.processes))
        let addresses = Addresses.global()
        let namespace = try NetworkNamespace(guest.processes)
        let link: [(family: Listener.Family, address: String)] =
            [(.ipv4, NetworkNamespace.guestIPv4)] + (namespace.hasIPv6 ? [(.ipv6, NetworkNamespace.guestIPv6)] : [])
        let routes = Routes(
            listeners: service.listeners, strangers: service.strangers,
            addresses: addresses.filter { $0.family == .ipv4 || namespace.hasIPv6 }, link: link)

        var attempts: [Proof.Attempt] = []
        var gaps = routes.gaps
        if user.password == nil || !keys.isEmpty {
            do throws(Fault) {
                attempts += try byKey(routes.routes, configuration, folder, namespace)
            } catch {
                gaps.append(error.message)
            }
        }
        if let password = user.password {
            attempts += try byPassword(password, routes.routes, folder, namespace)
        }
        return Proof(user: user.name, attempts: attempts, gaps: gaps)
    }

    private static func words(_ service: ServiceAnswer) -> String {
        switch service.state {
        case .missing: "openssh-server is not installed"
        case .unknown(let why): why
        case .stopped(let state): "\(service.unit ?? "its service") is \(state)"
        case .running, .listeningBySocket: "\(service.unit ?? "its service") runs but listens on no TCP port"
        }
    }

    // MARK: by key

    private func byKey(
        _ routes: [Proof.Route], _ configuration: EffectiveConfiguration, _ folder: borrowing PrivateFolder,
        _ namespace: borrowing NetworkNamespace
    ) throws(Fault) -> [Proof.Attempt] {
        let location = try keysLocation(configuration)
        let ephemeral = "\(folder.path)/ephemeral"
        let token = try randomToken()
        try guest.processes.require(
            Command(.sshKeygen, ["-q", "-t", Self.keyType(configuration), "-N", "", "-C", ProofLine.marker(token), "-f", ephemeral]))
        let line: AuthorizedKeyLine
        let publicKey = try guest.root.read("\(ephemeral).pub") ?? []
        do throws(KeyFault) {
            line = try ProofLine.line(
                publicKey: publicKey, addresses: Self.sources(routes),
                expiry: guest.clock.localTime(in: 300), token: token)
        } catch {
            throw Fault("make a key for the proof", cause: "ssh-keygen wrote none that can be read")
        }

        var names: [String: String] = [:]
        var files: [String] = []
        for (index, key) in keys.enumerated() {
            try folder.write("user\(index).pub", AuthorizedKeyLine(key: key.key).bytes + [0x0a])
            files.append("\(folder.path)/user\(index).pub")
            names[files[index]] = "number \(index + 1)"
        }

        // Written down first: an interrupted proof leaves no way in.
        let transaction = try Transaction(guest, "proof of the login of \(user.name.text)", user: user.name)
        try transaction.record(
            .proofLine(user.name, path: location, marker: ProofLine.marker(token)), "let the agent prove the login of \(user.name.text)")
        let keysFile = try guest.keysFile(of: user.name, path: location)
        defer {
            let problems = Applier(guest: guest, password: nil).takeBack(transaction.undos, savedIn: transaction.folder)
            if problems.isEmpty { try? transaction.forget() } else { problems.forEach { guest.log.event($0, priority: 3) } }
        }
        _ = try keysFile.edit { (contents) throws(Fault) in
            do throws(Refusal) {
                return try AuthorizedKeys.adding(temporary: line, to: contents ?? [])
            } catch {
                throw Fault("add a key for the proof", cause: error.message)
            }
        }

        var attempts: [SSHAttempt] = []
        for (index, route) in routes.enumerated() {
            // Every route asks about the first keys; further ones are asked about once: the file is the same.
            let chunks = stride(from: 0, to: files.count, by: Self.keysAtOnce).map {
                Array(files[$0..<min($0 + Self.keysAtOnce, files.count)])
            }
            for chunk in index == 0 ? (chunks.isEmpty ? [[]] : chunks) : [chunks.first ?? []] {
                attempts.append(SSHAttempt(route: route, credential: .key, user: user.name, token: token, askedKeys: chunk))
            }
        }
        let raw = namespace.descriptor.raw
        let hosts = "\(folder.path)/known_hosts"
        let results = guest.processes.runTogether(attempts.map { $0.byKey(ephemeral: ephemeral, knownHosts: hosts, raw) })
        return zip(attempts, results).map { $0.read($1, keyNames: names) }
    }

    private func keysLocation(_ configuration: EffectiveConfiguration) throws(Fault) -> ForeignText {
        let account = try guest.accounts.account(user.name)
        let place = try KeysPlace(
            configuration.authorizedKeysFiles, name: user.name, uid: account.entry.uid, home: account.entry.home
        ) { (path) throws(Fault) in try guest.keysFile(of: user.name, path: path).read() != nil }
        switch place {
        case .file(let path): return path
        case .nowhere(let why): throw Fault("prove a login by key", cause: why)
        }
    }

    /// A type that sshd accepts from users; ed25519 is the quickest to make.
    private static func keyType(_ configuration: EffectiveConfiguration) -> String {
        let accepted = configuration.pubkeyAcceptedAlgorithms
        if accepted.isEmpty || accepted.contains(ForeignText("ssh-ed25519")) { return "ed25519" }
        return accepted.contains(ForeignText("ecdsa-sha2-nistp256")) ? "ecdsa" : "rsa"
    }

    /// The addresses that the proof's connections come from: the loopback's own, or the target's where it is the guest's.
    private static func sources(_ routes: [Proof.Route]) -> [String] {
        var sources: [String] = []
        for route in routes {
            let source =
                switch (route.origin, route.family) {
                case (.loopback, _): route.address
                case (.network, .ipv4): NetworkNamespace.clientIPv4
                case (.network, .ipv6): NetworkNamespace.clientIPv6
                }
            if !sources.contains(source) { sources.append(source) }
        }
        return sources
    }

    // MARK: by password

    private func byPassword(
        _ password: Secret, _ routes: [Proof.Route], _ folder: borrowing PrivateFolder, _ namespace: borrowing NetworkNamespace
    ) throws(Fault) -> [Proof.Attempt] {
        let token = try randomToken()
        let raw = namespace.descriptor.raw
        var attempts: [Proof.Attempt] = []
        // One after the other: where the first is refused, the others would only count against the user.
        for route in routes {
            let attempt = SSHAttempt(route: route, credential: .password, user: user.name, token: token)
            let own = try PrivateFolder(below: folder.path)
            let askpass = try Askpass.prepare(in: own, password)
            let command = attempt.byPassword(askpass: askpass.program, knownHosts: "\(folder.path)/known_hosts", raw)
            let result: Result<Outcome, Fault>
            do throws(Fault) { result = .success(try guest.processes.run(command)) } catch { result = .failure(error) }
            attempts.append(attempt.read(result, keyNames: [:]))
            if case .refused = attempts.last?.result {
                forgetFailure()
                break
            }
        }
        return attempts
    }

    /// A refused attempt of ours must not be what locks the user (pam_faillock(8)).
    private func forgetFailure() { FailureCounters(guest: guest).reset(user.name) }
}
