package import AgentCore
internal import Glibc

/// Looks at the guest as it is and says what refuses a login. Changes nothing, waits for no run, and needs neither root nor a bus: what
/// it may not see is not known then.
package struct Examination {
    private let guest: Guest
    private let question: DiagnosisQuestion

    package init(_ guest: Guest, _ question: DiagnosisQuestion) {
        self.guest = guest
        self.question = question
    }

    package func run() -> DiagnosisReport {
        var facts = Facts()
        let diagnosis = judge(&facts, Case(diagnosing: question.user, from: question.source))
        var log: [DiagnosisReport.LogLine]?
        if let user = question.user, geteuid() == 0 { log = ServerLog(guest.clock).lines(about: user, count: 5) }
        var next: UserName?
        if question.user == nil {
            next = settle(&facts) { (facts) throws(Unanswered) in try People.only(facts) }
        }
        return DiagnosisReport(diagnosis, time: guest.clock.timestamp, log: log, next: next)
    }

    func judge(_ facts: inout Facts, _ asked: Case) -> Diagnosis {
        settle(&facts) { (facts) throws(Unanswered) in try Diagnosis(facts, asked) }
    }

    /// `Facts.settle`, for questions that throw nothing of their own.
    func settle<Result>(_ facts: inout Facts, _ ask: (Facts) throws(Unanswered) -> Result) -> Result {
        let observer = Observer(guest: guest)
        while true {
            do throws(Unanswered) {
                return try ask(facts)
            } catch {
                facts.learn(error.probe, observer.answer(error.probe))
            }
        }
    }
}
