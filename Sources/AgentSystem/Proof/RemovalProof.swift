internal import AgentCore

/// Looks, after a removal, whether anything of the user is left.
struct RemovalProof {
    let guest: Guest
    let user: UserName
    /// What was the account's number, where there was one that nobody shared.
    let uid: UInt32?

    /// What is still there, each in a few words: what the same request would plan now, and processes.
    func run(_ request: Request) -> [String] {
        var remains: [String] = []
        var facts = Facts()
        do {
            let plan = try facts.settle({ try RemovalPlanner.plan(user, $0) }, answer: Observer(guest: guest, request: request).answer)
            remains += plan.steps.map { "it would still be needed to \($0.summary)" }
            if let uid, case let pids = try UserProcesses(uid: uid).all(), !pids.isEmpty {
                remains.append("processes \(pids.map(String.init).joined(separator: ", "))")
            }
        } catch let refusal as Refusal {
            remains.append(refusal.message)
        } catch let fault as Fault {
            remains.append(fault.message)
        } catch {
            remains.append("\(error)")
        }
        return remains
    }
}
