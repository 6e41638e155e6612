internal import AgentCore

/// The counters of failed logins, by the tools that come with them.
struct FailureCounters {
    let guest: Guest

    func answer(_ user: UserName) -> Known<CountedFailures> {
        do throws(Fault) {
            var faillock: [CountedFailures.Folder] = []
            var tally = 0
            // Where there is no record the tools fail, and print nothing that counts; faillock makes an empty one.
            let hasTool = (try? location(of: .faillock)) != nil
            for folder in PAMFiles(root: guest.root).faillockFolders() where try guest.root.status("\(folder)/\(user.text)") != nil {
                let output = hasTool ? try guest.processes.run(Command(FailuresCounted.faillock(folder, user))).output : []
                faillock.append(CountedFailures.Folder(path: folder, count: CountedFailures.valid(inListing: output)))
            }
            if (try? location(of: .pamTally2)) != nil {
                tally = CountedFailures.tally(
                    of: user, inListing: try guest.processes.run(Command(.pamTally2, ["--user", user.text])).output)
            }
            return .known(CountedFailures(faillock: faillock, tally: tally, limit: PAMFiles(root: guest.root).deniesFrom() ?? 3))
        } catch {
            return .unknown(error.message)
        }
    }

    /// Forgets what pam_faillock has counted, wherever it has.
    func reset(_ user: UserName) {
        guard case .known(let failures) = answer(user) else { return }
        for folder in failures.faillock where folder.count > 0 {
            _ = try? guest.processes.run(Command(FailuresCounted.faillock(folder.path, user, resets: true)))
        }
    }
}
