internal import AgentCore
internal import Glibc

/// Answers about the SSH service and what is around it.
extension Observer {
    func answer(_ probe: SSHProbe) -> SSHAnswer {
        switch probe {
        case .configuration: .configuration(configuration())
        case .names(let folder): .names((try? guest.root.names(in: folder)) ?? [])
        case .candidate(let change): .candidate(candidate(change))
        case .effective(let change, let connection):
            .effective(observed.candidates[change]?[connection] ?? SSHDCandidate(guest, change).effective(connection))
        case .units: .units(guest.service.units())
        case .hostKey(let path): .hostKey(hostKey(path))
        case .firewall: .firewall(Firewall(guest.informed(by: observed)).rules())
        }
    }

    func service() -> ServiceAnswer {
        if let known = observed.service { return known }
        let answer = guest.service.answer()
        observed.service = answer
        return answer
    }

    /// `sshd -T -C`, once for all connections that no line of the configuration tells apart.
    func sshd(_ connection: Connection) -> Known<EffectiveConfiguration> {
        if let known = observed.effective[connection] { return known }
        if !observed.effective.isEmpty, let configuration = configuration().value,
            let same = observed.effective.first(where: { !configuration.maySet($0.key, apartFrom: connection) })
        {
            return same.value
        }
        let question = SSHD.question(about: connection, service().arguments)
        observed.goAhead({ [question] + sureQuestions() }, guest.processes)
        let answer = SSHD(guest.informed(by: observed)).answer(to: question)
        observed.effective[connection] = answer
        return answer
    }

    /// For a user, sshd is asked at once what would be in force for them: that is what the plan asks next.
    private func candidate(_ change: ConfigurationChange) -> CandidateVerdict {
        guard let request, let user = request.user?.name else { return SSHDCandidate(guest, change).verdict() }
        let connection = Case(request).connection(of: user)
        let (verdict, effective) = SSHDCandidate(guest, change).verdict(and: connection)
        observed.candidates[change] = [connection: effective]
        return verdict
    }

    /// What the plan for a user always comes to.
    private func sureQuestions() -> [Command] {
        guard let user = request?.user?.name else { return [] }
        var commands: [Command] = []
        if (try? location(of: .nft)) != nil { commands.append(Firewall.rulesQuestion()) }
        if (try? location(of: .sudo)) != nil, case .local = guest.accounts.answer(for: user) { commands.append(Self.sudoListing(user)) }
        return commands
    }

    private func configuration() -> Known<SSHDConfiguration> {
        if let known = observed.configuration { return known }
        let read = readConfiguration()
        observed.configuration = read
        return read
    }

    private func readConfiguration() -> Known<SSHDConfiguration> {
        let arguments = service().arguments
        let main = ConfigurationPaths.main(arguments)
        do throws(Fault) {
            let bytes = try guest.root.read(main) ?? []
            return .known(
                try SSHDConfiguration.read(main: (ForeignText(main), bytes), options: ConfigurationPaths.options(arguments)) {
                    (pattern) throws(Fault) -> [SSHDConfiguration.Source] in
                    var sources: [SSHDConfiguration.Source] = []
                    for path in try guest.root.files(matching: text(pattern)) {
                        if let bytes = try guest.root.read(path) { sources.append((ForeignText(path), bytes)) }
                    }
                    return sources
                })
        } catch {
            return .unknown(error.message)
        }
    }

    private func hostKey(_ path: String) -> HostKeyFact {
        if let known = observed.hostKeys[path] { return known }
        // A reset and a diagnosis ask for all of them.
        let paths = request?.resetSSH != false ? HostKeyFact.paths : [path]
        for fact in HostKeys.facts(paths, guest) { observed.hostKeys[fact.path] = fact }
        return observed.hostKeys[path] ?? HostKeyFact(path: path, state: .broken("it was not looked at"))
    }
}

extension HostKeys {
    /// What ssh-keygen says of host keys. Copies are judged, so that the mode of the originals does not matter.
    fileprivate static func facts(_ paths: [String], _ guest: Guest) -> [HostKeyFact] {
        var states: [String: HostKeyFact.State] = [:]
        var found: [(path: String, status: FileStatus, key: Secret)] = []
        for path in paths {
            do throws(Fault) {
                guard let status = try guest.root.status(path), let key = try guest.root.readSecret(path) else { continue }
                if key.count == 0 { states[path] = .broken("it is empty") } else { found.append((path, status, key)) }
            } catch {
                // What root cannot read sshd cannot read.
                states[path] = geteuid() == 0 ? .broken(error.message) : .unknown(error.message)
            }
        }
        for (copy, result) in zip(found, judged(found.map(\.key), guest)) { states[copy.path] = state(copy.status, result) }
        return paths.map { HostKeyFact(path: $0, state: states[$0] ?? .missing) }
    }

    private static func judged(_ keys: [Secret], _ guest: Guest) -> [Result<Outcome, Fault>] {
        if keys.isEmpty { return [] }
        do throws(Fault) {
            let folder = try PrivateFolder(below: guest.runtime)
            for (number, key) in keys.enumerated() { try folder.write("\(number)", key) }
            return guest.processes.runTogether(keys.indices.map { Command(.sshKeygen, ["-y", "-P", "", "-f", "\(folder.path)/\($0)"]) })
        } catch {
            return keys.map { _ in .failure(error) }
        }
    }

    private static func state(_ status: FileStatus, _ result: Result<Outcome, Fault>) -> HostKeyFact.State {
        switch result {
        case .failure(let fault): return .unknown(fault.message)
        case .success(let outcome):
            guard outcome.succeeded else { return .broken("it is no private key") }
            // sshd refuses a key of its own uid that others may read (`sshkey_perm_ok`).
            let isExposed = status.kind == .file && status.uid == 0 && status.mode & 0o077 != 0
            return isExposed ? .exposed(status) : .valid
        }
    }
}

extension PrivateFolder {
    func write(_ name: String, _ secret: Secret) throws(Fault) {
        let file = "\(path)/\(name)"
        let raw = try retrying("write \(file)") { open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) }
        try Descriptor(owning: raw).writeAll(secret, naming: file)
    }
}
