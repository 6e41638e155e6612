/// A user's line of shadow(5): what kind of password there is and how the account ages. The hash is no part of it.
package struct ShadowEntry: Hashable, Sendable {
    package enum Password: Hashable, Sendable {
        /// The field is empty: a login needs no password.
        case empty
        /// A hash that a password can match.
        case set
        /// `!` in front of a hash: the password exists and is locked (`passwd -l`, `usermod -L`).
        case locked
        /// Nothing that any password matches (`!`, `*`, `!*`, `x`): password login is impossible, the account is not locked by it.
        case none
    }

    package let password: Password
    /// `!` in front of the field, whatever follows: with `UsePAM no` sshd takes the account for locked and refuses its keys too
    /// (`LOCKED_PASSWD_PREFIX` in auth.c). `*` is no such mark.
    package let hasLockMark: Bool
    /// Days since 1970-01-01 of the last change; 0 demands a change at the next login; nil: no aging.
    package let lastChange: Int?
    /// Days a password stays valid; nil: for ever.
    package let maximumAge: Int?
    /// Days after the password's end during which a login still may change it; nil: for ever.
    package let inactive: Int?
    /// The first day, in days since 1970-01-01, on which the account is no longer valid; nil: never.
    package let expires: Int?

    package init(
        password: Password, hasLockMark: Bool? = nil, lastChange: Int? = nil, maximumAge: Int? = nil, inactive: Int? = nil,
        expires: Int? = nil
    ) {
        self.password = password
        self.hasLockMark = hasLockMark ?? (password == .locked)
        self.lastChange = lastChange
        self.maximumAge = maximumAge
        self.inactive = inactive
        self.expires = expires
    }

    /// The entry of `name` in shadow(5); nil where there is none. The contents are secret and stay in their buffer.
    package init?(of name: [UInt8], in contents: Secret) {
        guard let line = ShadowEntry.fields(of: name, in: contents), line.count >= 8 else { return nil }
        func number(_ index: Int) -> Int? {
            let digits = line[index].map { contents[$0] }
            return PasswdFile.decimal(digits).map(Int.init)
        }
        password = ShadowEntry.kind(of: line[1], in: contents)
        hasLockMark = line[1].first.map { contents[$0] == UInt8(ascii: "!") } ?? false
        lastChange = number(2)
        maximumAge = number(4)
        inactive = number(6)
        expires = number(7)
    }

    /// The ranges of the fields of the line of `name`.
    package static func fields(of name: [UInt8], in contents: Secret) -> [Range<Int>]? {
        var start = 0
        while start < contents.count {
            var end = start
            while end < contents.count, contents[end] != UInt8(ascii: "\n") { end += 1 }
            if end - start > name.count, contents[start + name.count] == UInt8(ascii: ":"),
                name.indices.allSatisfy({ contents[start + $0] == name[$0] })
            {
                return split(start..<end, in: contents)
            }
            start = end + 1
        }
        return nil
    }

    private static func split(_ line: Range<Int>, in contents: Secret) -> [Range<Int>] {
        var fields: [Range<Int>] = []
        var start = line.lowerBound
        for index in line where contents[index] == UInt8(ascii: ":") {
            fields.append(start..<index)
            start = index + 1
        }
        fields.append(start..<line.upperBound)
        return fields
    }

    private static func kind(of field: Range<Int>, in contents: Secret) -> Password {
        guard let first = field.first else { return .empty }
        if contents[first] == UInt8(ascii: "!") {
            let rest = field.drop(while: { contents[$0] == UInt8(ascii: "!") })
            return isHash(rest, in: contents) ? .locked : .none
        }
        return isHash(field, in: contents) ? .set : .none
    }

    /// A hash has at least the 13 characters of the oldest scheme, and never begins with `*` (crypt(5), crypt(3)).
    private static func isHash(_ field: Range<Int>, in contents: Secret) -> Bool {
        field.count >= 13 && contents[field.lowerBound] != UInt8(ascii: "*")
    }
}
