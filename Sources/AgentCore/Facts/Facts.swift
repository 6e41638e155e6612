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
        try known(.file(path)) { if case .file(let answer) = $0 { answer } else { nil } }
    }

    package func status(_ path: String) throws(Unanswered) -> StatusAnswer {
        try known(.status(path)) { if case .status(let answer) = $0 { answer } else { nil } }
    }

    package func account(_ name: UserName) throws(Unanswered) -> AccountAnswer {
        try known(.account(name)) { if case .account(let answer) = $0 { answer } else { nil } }
    }

    package func unseen(_ name: UserName) throws(Unanswered) -> Known<[String]> {
        try known(.unseen(name)) { if case .unseen(let answer) = $0 { answer } else { nil } }
    }

    package func accountDefaults() throws(Unanswered) -> AccountDefaults {
        try known(.accountDefaults) { if case .accountDefaults(let answer) = $0 { answer } else { nil } }
    }

    package func passwordMatches(_ name: UserName) throws(Unanswered) -> Known<Bool> {
        try known(.passwordMatches(name)) { if case .passwordMatches(let answer) = $0 { answer } else { nil } }
    }

    package func oldPasswords(_ name: UserName) throws(Unanswered) -> Known<Bool> {
        try known(.oldPasswords(name)) { if case .oldPasswords(let answer) = $0 { answer } else { nil } }
    }

    package func keysFile(_ question: KeysFileQuestion) throws(Unanswered) -> KeysFileAnswer {
        try known(.keysFile(question)) { if case .keysFile(let answer) = $0 { answer } else { nil } }
    }

    package func sshd(_ connection: Connection) throws(Unanswered) -> Known<EffectiveConfiguration> {
        if let assumed { return try effective(assumed, connection) }
        return try known(.sshd(connection)) { if case .sshd(let answer) = $0 { answer } else { nil } }
    }

    package func service() throws(Unanswered) -> ServiceAnswer {
        try known(.service) { if case .service(let answer) = $0 { answer } else { nil } }
    }

    package func sudo(_ name: UserName) throws(Unanswered) -> Known<SudoGrants> {
        try known(.sudo(name)) { if case .sudo(let answer) = $0 { answer } else { nil } }
    }

    package func requestKeys() throws(Unanswered) -> KeyJudgement {
        try known(.requestKeys) { if case .requestKeys(let answer) = $0 { answer } else { nil } }
    }

    package func today() throws(Unanswered) -> Int {
        try known(.today) { if case .today(let answer) = $0 { answer } else { nil } }
    }

    package func target(_ path: String) throws(Unanswered) -> StatusAnswer {
        try known(.target(path)) { if case .status(let answer) = $0 { answer } else { nil } }
    }

    package func folder(_ path: String) throws(Unanswered) -> Known<[ForeignText]> {
        try known(.folder(path)) { if case .folder(let answer) = $0 { answer } else { nil } }
    }

    package func home(_ name: UserName) throws(Unanswered) -> HomeAnswer {
        try known(.home(name)) { if case .home(let answer) = $0 { answer } else { nil } }
    }

    package func countedFailures(_ name: UserName) throws(Unanswered) -> Known<CountedFailures> {
        try known(.countedFailures(name)) { if case .countedFailures(let answer) = $0 { answer } else { nil } }
    }

    package func accountLocks() throws(Unanswered) -> Known<[AccountLock]> {
        try known(.accountLocks) { if case .accountLocks(let answer) = $0 { answer } else { nil } }
    }

    package func otherAdministrator(_ name: UserName) throws(Unanswered) -> Known<ForeignText?> {
        try known(.otherAdministrator(name)) { if case .otherAdministrator(let answer) = $0 { answer } else { nil } }
    }

    package func disk(_ name: DiskName) throws(Unanswered) -> NamedDevice {
        try known(.disk(.named(name))) { if case .disk(let answer) = $0 { answer } else { nil } }
    }

    package func disk(_ number: DeviceNumber) throws(Unanswered) -> NamedDevice {
        try known(.disk(.numbered(number))) { if case .disk(let answer) = $0 { answer } else { nil } }
    }

    package func allDisks() throws(Unanswered) -> [BlockDevice] {
        try known(.disk(.all)) { if case .disks(let answer) = $0 { answer } else { nil } }
    }

    package func mounts() throws(Unanswered) -> Known<[MountEntry]> {
        try known(.disk(.mounts)) { if case .mounts(let answer) = $0 { answer } else { nil } }
    }

    /// These facts as they will be when `change` is made.
    package func assuming(_ change: ConfigurationChange) -> Facts {
        var facts = self
        facts.assumed = change
        return facts
    }

    /// An answer of another kind than the question would be asked for again without end: who answers so is wrong.
    func known<Value>(_ probe: Probe, _ value: (Answer) -> Value?) throws(Unanswered) -> Value {
        guard let answer = answers[probe] else { throw Unanswered(probe: probe) }
        guard let value = value(answer) else { preconditionFailure("the answer to \(probe) is of another kind") }
        return value
    }
}
