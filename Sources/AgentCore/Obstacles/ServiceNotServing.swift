/// sshd does not listen: its unit is stopped, failed, masked or not there.
package struct ServiceNotServing: Obstacle {
    package let id = "service-not-serving"
    package let layer = Layer.listener

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        let service = try facts.service()
        let words: String
        switch service.state {
        case .running, .listeningBySocket:
            if !service.listeners.isEmpty { return .clear }
            words = "\(service.unit ?? "the SSH service") runs but listens on no TCP port"
        case .stopped(let state):
            words = "\(service.unit ?? "the SSH service") is \(state)"
        case .missing:
            return .found(Finding(self, "there is no SSH service: openssh-server is not installed", mandate: .nobody, steps: []))
        case .unknown(let why):
            return .unknown(why)
        }
        return .found(Finding(self, words, mandate: .reset, steps: []))
    }
}
