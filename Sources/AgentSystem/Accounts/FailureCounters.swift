internal import AgentCore

/// The counters of failed logins, by the tools that come with them.
struct FailureCounters {
    let guest: Guest

    func answer(_ user: UserName) -> Known<CountedFailures> {
        do throws(Fault) {
            var faillock = 0
            var tally = 0
            // Where there is no record the tools fail, and print nothing that counts.
            if (try? location(of: .faillock)) != nil {
                faillock = CountedFailures.valid(inListing: try guest.processes.run(Command(.faillock, ["--user", user.text])).output)
            }
            if (try? location(of: .pamTally2)) != nil {
                tally = CountedFailures.tally(
                    of: user, inListing: try guest.processes.run(Command(.pamTally2, ["--user", user.text])).output)
            }
            return .known(CountedFailures(faillock: faillock, tally: tally))
        } catch {
            return .unknown(error.message)
        }
    }
}
