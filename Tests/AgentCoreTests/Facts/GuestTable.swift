import AgentCore
import Testing

/// A guest as a table: what it answers to each question. What is nil must not be asked.
struct GuestTable: Sendable {
    /// 2024-10-04.
    static let today = 20000

    var account: AccountAnswer = .local(GuestTable.bob())
    var defaults = AccountDefaults()
    /// Databases in which the account does not show.
    var unseen: [String] = []
    var passwordMatches: Known<Bool>?
    var sudo: Known<SudoGrants> = .known(.everythingWithPassword)
    var service = ServiceAnswer(
        state: .running, unit: "ssh.service",
        listeners: [Listener(family: .ipv4, address: "0.0.0.0", port: 22), Listener(family: .ipv6, address: "::", port: 22)])
    /// Of `~/.ssh/authorized_keys`, or wherever `sshd` says.
    var keys: [String: KeysFileAnswer.Contents] = [:]
    /// Values of AuthorizedKeysFile; nil: sshd cannot be asked.
    var keysFiles: String? = ".ssh/authorized_keys .ssh/authorized_keys2"
    var requestKeys: KeyJudgement?
    /// Lines of `sshd -T` that are other than Debian's, by keyword.
    var sshd: [String: String] = [:]
    var countedFailures = CountedFailures(faillock: [], tally: 0)
    var hostKeys = HostKeyFact.paths.map { HostKeyFact(path: $0, state: .valid) }
    var home: HomeAnswer?
    /// Programs that are there.
    var files: Set<String> = ["/bin/bash", "/bin/sh"]
    var disks: [BlockDevice] = []
    var mounts: Known<[MountEntry]> = .known([])
    /// Whether only root decides where the home's path leads.
    var isRootsPath = true

    struct Unexpected: Error {
        let probe: Probe
    }

    static func bob(
        uid: UInt32 = 1000, _ password: ShadowEntry.Password = .set, expires: Int? = nil, groups: [String] = []
    ) -> Account {
        Account(
            entry: PasswdFile.entries(in: Array("bob:x:\(uid):\(uid)::/home/bob:/bin/bash\n".utf8))[0],
            shadow: ShadowEntry(password: password, lastChange: 19000, expires: expires), groups: groups.map { ForeignText($0) })
    }

    func answer(_ probe: Probe) throws -> Answer {
        switch probe {
        case .account(let name): return .account(name.text == "sshd" ? Self.sshd : account)
        case .unseen: return .unseen(.known(unseen))
        case .accountDefaults: return .accountDefaults(defaults)
        case .today: return .today(Self.today)
        case .service: return .service(service)
        case .sudo: return .sudo(sudo)
        case .status("/run/sshd"): return .status(.present(Self.folder))
        case .status(let path), .target(let path): return .status(files.contains(path) ? .present(Self.status) : .absent)
        case .file("/etc/sudoers"): return .file(.contents(Array("@includedir /etc/sudoers.d\n".utf8)))
        case .file("/etc/ssh/sshd_config"): return .file(.contents(Array("Include /etc/ssh/sshd_config.d/*.conf\n".utf8)))
        case .file: return .file(.absent)
        case .folder: return .folder(.known([]))
        case .home:
            if let home { return .home(home) }
            let own = FileStatus(kind: .directory, mode: 0o700, uid: 1000, gid: 1000)
            return .home(HomeAnswer(state: .directory(own), owner: .user, isRootsPath: isRootsPath))
        case .countedFailures: return .countedFailures(.known(countedFailures))
        case .accountLocks: return .accountLocks(.known([]))
        case .otherAdministrator: return .otherAdministrator(.known(nil))
        case .oldPasswords: return .oldPasswords(.known(false))
        case .disk(.named(let name)): return .disk(device { $0.name == name.text || $0.node == name.text })
        case .disk(.numbered(let number)): return .disk(device { $0.number == number })
        case .disk(.all): return .disks(disks)
        case .disk(.mounts): return .mounts(mounts)
        case .ssh(let probe): if let answer = ssh(probe) { return .ssh(answer) }
        case .sshd: return .sshd(try effective)
        case .keysFile(let question):
            let home = StatusAnswer.present(FileStatus(kind: .directory, mode: 0o700, uid: 1000, gid: 1000))
            return .keysFile(KeysFileAnswer(home: home, contents: keys[question.path.escaped()] ?? .absent))
        case .requestKeys:
            if let requestKeys { return .requestKeys(requestKeys) }
        case .passwordMatches:
            if let passwordMatches { return .passwordMatches(passwordMatches) }
        }
        throw Unexpected(probe: probe)
    }

    private func device(where matches: (BlockDevice) -> Bool) -> NamedDevice {
        disks.first(where: matches).map { .device($0) } ?? .absent
    }

    /// sshd as Debian has it: `sshd -T`, as far as it matters here.
    private var effective: Known<EffectiveConfiguration> {
        get throws {
            guard let keysFiles else { return .unknown("sshd refuses its configuration") }
            let debian = [
                "port": "22", "usepam": "yes", "passwordauthentication": "yes", "kbdinteractiveauthentication": "no",
                "pubkeyauthentication": "yes", "authenticationmethods": "any", "strictmodes": "yes", "permitrootlogin": "without-password",
                "authorizedkeysfile": keysFiles,
            ]
            let output = debian.merging(sshd) { $1 }.map { "\($0.key) \($0.value)\n" }.joined()
            return .known(try EffectiveConfiguration(output: Array(output.utf8)))
        }
    }

    /// A service with nothing wrong; what only a change of it would ask is not answered.
    private func ssh(_ probe: SSHProbe) -> SSHAnswer? {
        switch probe {
        case .hostKey(let path): return hostKeys.first { $0.path == path }.map { .hostKey($0) }
        case .units:
            let active = service.state == .running ? "active" : "inactive"
            let unit = ServiceUnits.Unit(name: "ssh.service", load: "loaded", active: active, file: "enabled")
            return .units(.known(ServiceUnits(services: [unit], sockets: [])))
        case .firewall: return .firewall(.known(FirewallRules()))
        case .names: return .names([])
        case .candidate: return .candidate(.accepted)
        case .configuration: return .configuration(.unknown("not in this table"))
        case .effective: return .effective(.unknown("not in this table"))
        }
    }

    private static let sshd = AccountAnswer.local(
        Account(
            entry: PasswdFile.entries(in: Array("sshd:x:110:65534::/run/sshd:/usr/sbin/nologin\n".utf8))[0],
            shadow: ShadowEntry(password: .none)))
    private static let folder = FileStatus(kind: .directory, mode: 0o755, uid: 0, gid: 0)
    private static let status = FileStatus(kind: .file, mode: 0o755, uid: 0, gid: 0)

    /// Calls `ask` until it finds all its answers; what it asked for, in order.
    ///
    /// - Throws: also `Unexpected`, for a question that must not be asked here.
    func settle<Result>(_ ask: (Facts) throws -> Result) throws -> (result: Result, asked: [Probe]) {
        var facts = Facts()
        var asked: [Probe] = []
        while true {
            do {
                return (try ask(facts), asked)
            } catch let missing as Unanswered {
                facts.learn(missing.probe, try answer(missing.probe))
                // Asked again although it was answered: that would never end.
                try #require(!asked.contains(missing.probe))
                asked.append(missing.probe)
            }
        }
    }

    /// The plan for the settings, with `KEY` for a key; ssh-keygen accepts it unless the table says otherwise.
    func plan(_ settings: String) throws -> Plan {
        var guest = self
        if guest.requestKeys == nil, settings.contains("KEY") { guest.requestKeys = .accepted([try keyLine(someKey)]) }
        let wanted = try request(settings.replacing("KEY", with: someKey))
        return try guest.settle { try Planner.plan(wanted, $0) }.result
    }

    /// The refusal; records an issue where the settings are accepted.
    func refusal(_ settings: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Refusal {
        do {
            let plan = try plan(settings)
            Issue.record("accepted: \(plan.lines)", sourceLocation: sourceLocation)
            return Refusal(reason: "", message: "")
        } catch let refusal as Refusal {
            return refusal
        }
    }
}

extension Step {
    /// The change as a line: what is run or written, and how it is undone.
    var outline: String {
        if case .tool(let call, let undo) = change { return call.commandLine + (undo.map { " <- " + $0.commandLine } ?? "") }
        if case .password(let user) = change { return "password \(user.text)" }
        if case .keys(let keys) = change {
            return "keys \(keys.user.text) \(keys.path.escaped()) \(keys.replacing ? "=" : "+")\(keys.keys.count)"
        }
        if case .file(let file) = change {
            let text = String(decoding: file.contents, as: UTF8.self).split(separator: "\n").last ?? ""
            return "file \(file.path) \(String(file.mode, radix: 8)) \(file.check.map { "\($0)" } ?? "unchecked"): \(text)"
        }
        return summary
    }
}
