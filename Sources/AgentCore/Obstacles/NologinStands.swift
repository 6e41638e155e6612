/// `/etc/nologin` lets nobody but root in (pam_nologin(8)). The one in /run is the boot's or the shutdown's own, and goes with it.
package struct NologinStands: Obstacle {
    package let id = "nologin"
    package let layer = Layer.session

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        let path = "/etc/nologin"
        guard case .present = try facts.status(path) else { return .clear }
        return .found(
            Finding(self, "\(path) lets nobody in", mandate: .reset, steps: [.service("set \(path) aside", .setAside(path))]))
    }
}
