/// What a transaction's journal says of the transaction itself, in its first line.
package struct TransactionHeader: Hashable, Sendable {
    /// Of the journal's form; one of another version is never guessed at.
    package static let version = 2

    /// Sorts by the order in which they were begun, whatever the clock does: `00000012-20260131T100000Z`.
    package let id: String
    /// When it began, as the clock said then: `2026-01-31T10:00:00Z`.
    package let time: String
    /// What was asked, in a few words.
    package let what: String
    /// Whom it is about; nil where that is nobody.
    package let user: UserName?
    /// The transaction that it reverses.
    package let undoes: String?

    package init(id: String, time: String, what: String, user: UserName? = nil, undoes: String? = nil) {
        self.id = id
        self.time = time
        self.what = what
        self.user = user
        self.undoes = undoes
    }

    package var document: JSONOutput {
        func optional(_ text: String?) -> JSONOutput { text.map { .string($0) } ?? .null }
        return .object([
            ("version", .integer(Self.version)), ("id", .string(id)), ("time", .string(time)), ("what", .string(what)),
            ("user", optional(user?.text)), ("undoes", optional(undoes)),
        ])
    }

    /// nil where it is none that this version writes.
    package init?(_ object: JSONObject) {
        func string(_ key: String) -> String? { object.present(key)?.string?.foreignText.escaped() }
        guard object["version"]?.integer == Self.version, let id = string("id"), let time = string("time"), let what = string("what"),
            object["user"] != nil, object["undoes"] != nil
        else { return nil }
        let user = object.present("user")?.string.flatMap { try? UserName($0.foreignText) }
        if object.present("user") != nil, user == nil { return nil }
        self.init(id: id, time: time, what: what, user: user, undoes: string("undoes"))
    }

    // MARK: names

    private static let digits = 8

    /// - Parameter last: the name of the one begun last, of those that are still there.
    package static func id(after last: String?, timestamp: String) -> String {
        let number = String((last.flatMap(number) ?? 0) + 1)
        return String(repeating: "0", count: max(0, digits - number.utf8.count)) + number + "-" + timestamp
    }

    /// The number in front of a name.
    package static func number(_ id: String) -> Int? {
        let digits = id.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.count <= 9 ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }
}

extension Request {
    /// The settings by their names, for a list: "username alice, ssh_key". Without any value but a name.
    package var summary: String {
        if let removal { return "remove_user \(removal.text)" }
        var words: [String] = []
        if let subject { words.append("username \(subject.text)") }
        if let user {
            if user.password != nil { words.append("password") }
            if !user.keys.isEmpty { words.append("ssh_key") }
            if user.replacesKeys { words.append("remove_prior_keys") }
            if user.expiration != nil { words.append("expiration") }
            if user.passwordlessSudo { words.append("enable_passwordless_access") }
        }
        if resetSSH { words.append("reset_ssh") }
        if restoresBackup { words.append("restore_backup_ssh") }
        return words.joined(separator: ", ")
    }
}
