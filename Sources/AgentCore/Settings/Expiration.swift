/// The day on which an account ends: from that day on nobody logs in to it (shadow(5), eighth field).
package struct Expiration: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01, shadow's unit.
    package let days: Int

    package init(days: Int) {
        self.days = days
    }

    /// Reads `yyyy-mm-dd`, or an ISO 8601 timestamp, of which the date counts as it is written, whatever its zone.
    ///
    /// - Throws: `Refusal` for anything else, for a day that the calendar does not have, and for one before 1970-01-02, which
    ///   shadow cannot hold: it gives 0 and negative numbers other meanings.
    package init(_ text: ForeignText) throws(Refusal) {
        guard let date = Self.date(text.bytes) else {
            throw Self.refusal(text, "is not a date; send it as yyyy-mm-dd, such as 2030-12-31")
        }
        guard (1...12).contains(date.month), (1...Self.length(ofMonth: date.month, date.year)).contains(date.day) else {
            throw Self.refusal(text, "is a day that is in no calendar")
        }
        days = Self.days(date)
        guard days > 0 else { throw Self.refusal(text, "is before 1970-01-02, which no account can end at") }
    }

    /// Whether the account would be closed already.
    ///
    /// - Parameter today: days since 1970-01-01.
    package func isPast(today: Int) -> Bool { days <= today }

    /// As `yyyy-mm-dd`, which `usermod --expiredate` takes. Years beyond 9999 have more digits.
    package var text: String {
        let (year, month, day) = Self.date(days)
        func digits(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
    }

    package static func < (left: Expiration, right: Expiration) -> Bool { left.days < right.days }

    private static func refusal(_ text: ForeignText, _ what: String) -> Refusal {
        Refusal(reason: "bad-expiration", message: "\"expiration\" \(text.quoted(limit: 40)) \(what)")
    }
}

extension Expiration {
    private typealias Date = (year: Int, month: Int, day: Int)

    /// The numbers of the date, if it and a time behind it are of the right shape; not yet whether there is such a day.
    private static func date(_ bytes: [UInt8]) -> Date? {
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 10, bytes[4] == dash, bytes[7] == dash, let year = number(bytes[0..<4]),
            let month = number(bytes[5..<7]), let day = number(bytes[8..<10]), isTime(bytes[10...])
        else { return nil }
        return (year, month, day)
    }

    /// Nothing; or `T`, hours and minutes, and perhaps seconds, a fraction and a zone (ISO 8601, RFC 3339).
    private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        guard [UInt8(ascii: "T"), UInt8(ascii: "t"), 0x20].contains(first) else { return false }
        var rest = bytes.dropFirst()
        guard take(&rest, below: 25), take(&rest, below: 60, behind: ":") else { return false }
        // 60 is a leap second.
        if rest.first == UInt8(ascii: ":") {
            guard take(&rest, below: 61, behind: ":") else { return false }
            if rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") {
                let fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
                guard !fraction.isEmpty else { return false }
                rest = rest[fraction.endIndex...]
            }
        }
        switch rest.first {
        case nil: return true
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return rest.count == 1
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            rest = rest.dropFirst()
            guard take(&rest, below: 25) else { return false }
            if rest.first == UInt8(ascii: ":") { return take(&rest, below: 60, behind: ":") && rest.isEmpty }
            return rest.isEmpty || take(&rest, below: 60) && rest.isEmpty
        default: return false
        }
    }

    /// Steps over a sign and two digits that make a number below `limit`.
    private static func take(_ rest: inout ArraySlice<UInt8>, below limit: Int, behind sign: Unicode.Scalar? = nil) -> Bool {
        if let sign {
            guard rest.first == UInt8(ascii: sign) else { return false }
            rest = rest.dropFirst()
        }
        guard rest.count >= 2, let value = number(rest.prefix(2)), value < limit else { return false }
        rest = rest.dropFirst(2)
        return true
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }

    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    private static func length(ofMonth month: Int, _ year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days before the first of January of a year, counted from the year 1 (Gregorian throughout).
    private static func daysBefore(year: Int) -> Int {
        let past = year - 1
        return past * 365 + past / 4 - past / 100 + past / 400
    }

    private static func days(_ date: Date) -> Int {
        let months = (1..<date.month).reduce(0) { $0 + length(ofMonth: $1, date.year) }
        return daysBefore(year: date.year) + months + date.day - 1 - daysBefore(year: 1970)
    }

    private static func date(_ days: Int) -> Date {
        let since1 = days + daysBefore(year: 1970)
        // Too low by at most one year for every 400 or so; corrected upwards.
        var year = max(1, since1 / 366)
        while daysBefore(year: year + 1) <= since1 { year += 1 }
        var rest = since1 - daysBefore(year: year)
        var month = 1
        while rest >= length(ofMonth: month, year) {
            rest -= length(ofMonth: month, year)
            month += 1
        }
        return (year, month, rest + 1)
    }
}
