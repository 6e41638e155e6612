import AgentCore
import Testing

@Suite("counted failures") struct CountedFailuresTests {
    @Test("of pam_faillock are the records that are valid")
    func faillock() {
        let listing = """
            alice:
            When                Type  Source                                           Valid
            2026-01-31 10:00:00 RHOST 192.0.2.2                                            V
            2026-01-31 10:00:01 TTY   pts/0                                                I
            2026-01-31 10:00:02 SVC   sshd                                                 V

            """
        #expect(CountedFailures.valid(inListing: Array(listing.utf8)) == 2)
        #expect(CountedFailures.valid(inListing: Array("alice:\nWhen                Type  Source     Valid\n".utf8)) == 0)
    }

    @Test(
        "of pam_tally2 are the second column",
        arguments: [("bob", 3), ("bo", 0), ("bobby", 12), ("Login", 0)])
    func tally(_ name: String, _ count: Int) throws {
        let listing = "Login           Failures Latest failure     From\nbob                 3    01/31/26 10:00:00  192.0.2.2\nbobby 12\n"
        #expect(CountedFailures.tally(of: try UserName(ForeignText(name)), inListing: Array(listing.utf8)) == count)
    }
}
