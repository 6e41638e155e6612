internal import AgentCore
internal import Glibc

/// Answers about the SSH service and what is around it.
extension Observer {
    func answer(_ probe: SSHProbe) -> SSHAnswer {
        switch probe {
        case .configuration: .configuration(configuration())
        case .names(let folder): .names((try? guest.root.names(in: folder)) ?? [])
        case .candidate(let change): .candidate(SSHDCandidate(guest, change).verdict())
        case .effective(let change, let connection): .effective(SSHDCandidate(guest, change).effective(connection))
        case .units: .units(guest.service.units())
        case .hostKeys: .hostKeys(HostKeyFact.paths.map(hostKey))
        case .firewall: .firewall(Firewall(guest).rules())
        }
    }

    private func configuration() -> Known<SSHDConfiguration> {
        let arguments = guest.service.answer().arguments
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

    /// A copy is judged, so that the mode of the original does not matter.
    private func hostKey(_ path: String) -> HostKeyFact {
        let status: FileStatus
        let key: Secret
        do throws(Fault) {
            guard let found = try guest.root.status(path), let contents = try guest.root.readSecret(path) else {
                return HostKeyFact(path: path, state: .missing)
            }
            (status, key) = (found, contents)
        } catch {
            // What root cannot read sshd cannot read.
            return HostKeyFact(path: path, state: geteuid() == 0 ? .broken(error.message) : .unknown(error.message))
        }
        if key.count == 0 { return HostKeyFact(path: path, state: .broken("it is empty")) }
        do throws(Fault) {
            let folder = try PrivateFolder(below: guest.runtime)
            try folder.write("key", key)
            let outcome = try guest.processes.run(Command(.sshKeygen, ["-y", "-P", "", "-f", "\(folder.path)/key"]))
            guard outcome.succeeded else { return HostKeyFact(path: path, state: .broken("it is no private key")) }
        } catch {
            return HostKeyFact(path: path, state: .unknown(error.message))
        }
        // sshd refuses a key of its own uid that others may read (`sshkey_perm_ok`).
        if status.kind == .file, status.uid == 0, status.mode & 0o077 != 0 { return HostKeyFact(path: path, state: .exposed(status)) }
        return HostKeyFact(path: path, state: .valid)
    }
}

extension PrivateFolder {
    func write(_ name: String, _ secret: Secret) throws(Fault) {
        let file = "\(path)/\(name)"
        let raw = try retrying("write \(file)") { open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) }
        try Descriptor(owning: raw).writeAll(secret, naming: file)
    }
}
