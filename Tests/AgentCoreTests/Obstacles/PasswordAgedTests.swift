import AgentCore
import Testing

@Suite("an aged password") struct PasswordAgedTests {
    private static func fault(_ last: Int?, _ maximum: Int?, _ inactive: Int?) -> String? {
        PasswordAged.fault(ShadowEntry(password: .set, lastChange: last, maximumAge: maximum, inactive: inactive), today: 20000)
    }

    @Test(
        "is none where PAM lets it pass",
        arguments: [(nil, 5, 5), (20000, 0, nil), (19990, 10, 0), (19000, nil, 0), (20500, 1, 1)] as [(Int?, Int?, Int?)])
    func passes(_ last: Int?, _ maximum: Int?, _ inactive: Int?) {
        #expect(Self.fault(last, maximum, inactive) == nil)
    }

    @Test(
        "is told by what PAM would demand",
        arguments: [
            (0, nil, nil, "must be changed at the next login"), (19989, 10, nil, "is older than the 10 days allowed"),
            (19989, 10, 1, "is older than the 10 days allowed"),
            (19988, 10, 1, "is older than the 10 days allowed, and was not changed in the 1 days after them"),
        ] as [(Int?, Int?, Int?, String)])
    func demands(_ last: Int?, _ maximum: Int?, _ inactive: Int?, _ words: String) {
        #expect(Self.fault(last, maximum, inactive) == words)
    }
}
