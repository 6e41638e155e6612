/// What is known of the guest so far. Pure code asks it; see `Probe`.
package struct Facts: Sendable {
    private var answers: [Probe: Answer] = [:]
    /// A change of sshd's configuration that is planned: what sshd is asked from here on is about the guest with it.
    private var assumed: ConfigurationChange?

    package init() {}

    package mutating func learn(_ probe: Probe, _ answer: Answer) {
        answers[probe] = answer
    }

    /// Calls `ask` until it finds all its answers, having the guest `answer` whatever was missing, a whole round at a time.
    ///
    /// - Throws: what `ask` throws besides `Unanswered`.
    package mutating func settle<Result>(
        _ ask: (Facts) throws -> Result, answer: (Probe) -> Answer
    ) throws -> Result {
        while true {
            do {
                return try ask(self)
            } catch let missing as Unanswered {
                learn(missing.probe, answer(missing.probe))
            }
        }
    }

    // MARK: typed answers

    package func file(_ path: String) throws(Unanswered) -> FileAnswer {
        guard case .file(let answer) = try known(.file(path)) else { throw Unanswered(probe: .file(path)) }
        return answer
    }

    package func status(_ path: String) throws(Unanswered) -> StatusAnswer {
        guard case .status(let answer) = try known(.status(path)) else { throw Unanswered(probe: .status(path)) }
        return answer
    }

    package func account(_ name: UserName) throws(Unanswered) -> AccountAnswer {
        guard case .account(let answer) = try known(.account(name)) else { throw Unanswered(probe: .account(name)) }
        return answer
    }

    package func unseen(_ name: UserName) throws(Unanswered) -> Known<[String]> {
        guard case .unseen(let answer) = try known(.unseen(name)) else { throw Unanswered(probe: .unseen(name)) }
        return answer
    }

    package func accountDefaults() throws(Unanswered) -> AccountDefaults {
        guard case .accountDefaults(let answer) = try known(.accountDefaults) else { throw Unanswered(probe: .accountDefaults) }
        return answer
    }

    package func passwordMatches(_ name: UserName) throws(Unanswered) -> Known<Bool> {
        guard case .passwordMatches(let answer) = try known(.passwordMatches(name)) else {
            throw Unanswered(probe: .passwordMatches(name))
        }
        return answer
    }

    package func oldPasswords(_ name: UserName) throws(Unanswered) -> Known<Bool> {
        guard case .oldPasswords(let answer) = try known(.oldPasswords(name)) else { throw Unanswered(probe: .oldPasswords(name)) }
        return answer
    }

    package func keysFile(_ question: KeysFileQuestion) throws(Unanswered) -> KeysFileAnswer {
        guard case .keysFile(let answer) = try known(.keysFile(question)) else { throw Unanswered(probe: .keysFile(question)) }
        return answer
    }

    package func sshd(_ connection: Connection) throws(Unanswered) -> Known<EffectiveConfiguration> {
        if let assumed { return try effective(assumed, connection) }
        guard case .sshd(let answer) = try known(.sshd(connection)) else { throw Unanswered(probe: .sshd(connection)) }
        return answer
    }

    package func service() throws(Unanswered) -> ServiceAnswer {
        guard case .service(let answer) = try known(.service) else { throw Unanswered(probe: .service) }
        return answer
    }

    package func sudo(_ name: UserName) throws(Unanswered) -> Known<SudoGrants> {
        guard case .sudo(let answer) = try known(.sudo(name)) else { throw Unanswered(probe: .sudo(name)) }
        return answer
    }

    package func requestKeys() throws(Unanswered) -> KeyJudgement {
        guard case .requestKeys(let answer) = try known(.requestKeys) else { throw Unanswered(probe: .requestKeys) }
        return answer
    }

    package func today() throws(Unanswered) -> Int {
        guard case .today(let answer) = try known(.today) else { throw Unanswered(probe: .today) }
        return answer
    }

    package func target(_ path: String) throws(Unanswered) -> StatusAnswer {
        guard case .status(let answer) = try known(.target(path)) else { throw Unanswered(probe: .target(path)) }
        return answer
    }

    package func folder(_ path: String) throws(Unanswered) -> Known<[ForeignText]> {
        guard case .folder(let answer) = try known(.folder(path)) else { throw Unanswered(probe: .folder(path)) }
        return answer
    }

    package func home(_ name: UserName) throws(Unanswered) -> HomeAnswer {
        guard case .home(let answer) = try known(.home(name)) else { throw Unanswered(probe: .home(name)) }
        return answer
    }

    package func countedFailures(_ name: UserName) throws(Unanswered) -> Known<CountedFailures> {
        guard case .countedFailures(let answer) = try known(.countedFailures(name)) else {
            throw Unanswered(probe: .countedFailures(name))
        }
        return answer
    }

    package func accountLocks() throws(Unanswered) -> Known<[AccountLock]> {
        guard case .accountLocks(let answer) = try known(.accountLocks) else { throw Unanswered(probe: .accountLocks) }
        return answer
    }

    package func otherAdministrator(_ name: UserName) throws(Unanswered) -> Known<ForeignText?> {
        guard case .otherAdministrator(let answer) = try known(.otherAdministrator(name)) else {
            throw Unanswered(probe: .otherAdministrator(name))
        }
        return answer
    }

    package func ssh(_ probe: SSHProbe) throws(Unanswered) -> SSHAnswer {
        guard case .ssh(let answer) = try known(.ssh(probe)) else { throw Unanswered(probe: .ssh(probe)) }
        return answer
    }

    /// These facts as they will be when `change` is made.
    package func assuming(_ change: ConfigurationChange) -> Facts {
        var facts = self
        facts.assumed = change
        return facts
    }

    private func known(_ probe: Probe) throws(Unanswered) -> Answer {
        guard let answer = answers[probe] else { throw Unanswered(probe: probe) }
        return answer
    }
}
