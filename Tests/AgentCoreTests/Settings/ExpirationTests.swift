import AgentCore
import Testing

@Suite("an expiration") struct ExpirationTests {
    /// Days from `date -u -d DATE +%s`, divided by 86400.
    @Test(
        "is a day of the calendar",
        arguments: [
            ("1970-01-02", 1), ("2000-02-29", 11016), ("2024-02-29", 19782), ("2026-01-31", 20484), ("2038-01-19", 24855),
            ("2100-02-28", 47540), ("2100-03-01", 47541), ("2400-02-29", 157113), ("9999-12-31", 2_932_896), ("2030-12-31", 22279),
        ])
    func days(_ text: String, _ days: Int) throws {
        let expiration = try Expiration(ForeignText(text))
        #expect(expiration.days == days)
        #expect(expiration.text == text)
        #expect(Expiration(days: days) == expiration)
    }

    @Test("goes to text and back on every day of 500 years")
    func roundTrip() throws {
        for days in 1...182_622 {
            let text = Expiration(days: days).text
            #expect(try Expiration(ForeignText(text)).days == days)
        }
    }

    @Test(
        "may be a timestamp, whose date counts as written",
        arguments: [
            "2026-01-31T10:00:00Z", "2026-01-31T23:59:59.999Z", "2026-01-31T23:59:59+02:00", "2026-01-31T00:00:00-11:30",
            "2026-01-31T10:00", "2026-01-31 10:00:00", "2026-01-31t10:00:00z", "2026-01-31T10:00:00,5+0200", "2026-01-31T10:00+02",
            "2026-01-31T23:59:60Z",
        ])
    func timestamps(_ text: String) throws {
        #expect(try Expiration(ForeignText(text)).text == "2026-01-31")
    }

    @Test("from the exported templates is far away")
    func template() throws {
        #expect(try Expiration(ForeignText("9999-12-31T23:59:59Z")).days == 2_932_896)
    }

    @Test(
        "that is no date",
        arguments: [
            "tomorrow", "2026", "2026-1-31", "2026/01/31", "31-01-2026", "01/31/2026", "2026-01-31x", "2026-01-31T", "2026-01-31T10",
            "2026-01-31T10:00:00ZZ", "2026-01-31T25:00:00Z", "2026-01-31T10:60:00Z", "2026-01-31T10:00:61Z", "2026-01-31T10:00:00.Z",
            "2026-01-31T10:00:00+2", "2026-01-31\n", " 2026-01-31", "+026-01-31", "2026-01--1", "20260131", "2026-01-31T10:00:00+02:0",
            "12026-01-31", "-1", "9999-12-31T23:59:59\u{0661}",
        ])
    func noDate(_ text: String) {
        let expected = Refusal(
            reason: "bad-expiration",
            message: "\"expiration\" \(ForeignText(text).quoted(limit: 40)) is not a date; send it as yyyy-mm-dd, such as 2030-12-31")
        #expect(throws: expected) { try Expiration(ForeignText(text)) }
    }

    @Test(
        "that is in no calendar",
        arguments: [
            "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32", "2026-04-31", "2026-02-30T10:00:00Z",
        ])
    func noDay(_ text: String) {
        let expected = Refusal(reason: "bad-expiration", message: "\"expiration\" \"\(text)\" is a day that is in no calendar")
        #expect(throws: expected) { try Expiration(ForeignText(text)) }
    }

    @Test("that shadow has other uses for", arguments: ["1970-01-01", "1969-12-31", "0001-01-01", "0000-01-01"])
    func tooEarly(_ text: String) {
        let expected = Refusal(
            reason: "bad-expiration", message: "\"expiration\" \"\(text)\" is before 1970-01-02, which no account can end at")
        #expect(throws: expected) { try Expiration(ForeignText(text)) }
    }

    @Test("closes the account on its day, not after it")
    func past() throws {
        let expiration = try Expiration(ForeignText("2026-01-31"))
        #expect(!expiration.isPast(today: 20483))
        #expect(expiration.isPast(today: 20484))
        #expect(try expiration < Expiration(ForeignText("2026-02-01")))
    }
}
