/// A lock file lies on passwd, shadow or group, so that no account tool can work.
package struct AccountFilesLocked: Obstacle {
    package let id = "account-files-locked"
    package let layer = Layer.account

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        let locks: [AccountLock]
        switch try facts.accountLocks() {
        case .known(let known): locks = known
        case .unknown(let why): return .unknown(why)
        }
        guard !locks.isEmpty else { return .clear }
        var words: [String] = []
        var steps: [Step] = []
        for lock in locks {
            switch lock.holder {
            case .alive(let name, let pid):
                words.append("\(lock.path) is held by process \(pid) (\(name.escaped(limit: 40)))")
                steps.append(Step(.account, "wait for \(name.escaped(limit: 40)) to give \(lock.path) free", .accountLock(lock.path)))
            case .gone(let pid):
                words.append("\(lock.path) was left behind by process \(pid), which is gone")
                steps.append(Step(.account, "remove the stale lock \(lock.path) of process \(pid), which is gone", .accountLock(lock.path)))
            case .unnamed:
                words.append("\(lock.path) names no process that could hold it")
                steps.append(Step(.account, "remove the stale lock \(lock.path), which names no process", .accountLock(lock.path)))
            }
        }
        // It refuses no login, but every change of an account.
        return .found(
            Finding(self, words.joined(separator: "; "), weight: asked.isDiagnosis ? .note : .blocks, mandate: .user, steps: steps))
    }
}
