/// A file in which sshd looks for the keys of one user, and whether it is theirs to change.
///
/// sshd expands `%h`, `%u`, `%U` and `%%`, and takes what is then not absolute as below the home
/// (`expand_authorized_keys` in auth.c); `none` is no file (`user_key_allowed` in auth2-pubkey.c).
package enum AuthorizedKeysLocation: Hashable, Sendable {
    /// Below the user's home, at this path relative to it: touched only with that user's rights.
    case belowHome(ForeignText)
    /// At this absolute path, in which the user's name or uid makes it theirs alone. As spelled it is not below the home;
    /// whether a link leads there is for the one who opens it to find out.
    case ownFile(ForeignText)
    /// At this absolute path, which is the same for others: a key in it opens their accounts too. Never edited.
    case shared(ForeignText)
    /// `none`.
    case none
    /// sshd fails on it, or it leads nowhere that can be told from here.
    case unusable(Reason)

    package enum Reason: Hashable, Sendable {
        /// A `%` with another letter behind it, or none: sshd ends the connection.
        case unknownToken
        /// Longer than a path may be (`PATH_MAX`): sshd ends the connection.
        case tooLong
        /// The name is empty, `.` or `..`, or holds a slash or a NUL, and would lead elsewhere.
        case hostileName
        /// The home is not an absolute path.
        case badHome
    }

    /// The account whose keys they are, as passwd(5) has it.
    package struct Account: Hashable, Sendable {
        package let name: ForeignText
        package let uid: UInt32
        package let home: ForeignText

        package init(name: ForeignText, uid: UInt32, home: ForeignText) {
            self.name = name
            self.uid = uid
            self.home = home
        }
    }

    private static let slash = UInt8(ascii: "/")
    private static let percent = UInt8(ascii: "%")

    /// Where a value of `AuthorizedKeysFile` leads for `account`.
    package init(_ value: ForeignText, for account: Account) {
        self = Self.location(of: value.bytes, for: account)
    }

    /// The file among `locations`, in sshd's order, that a new key goes into: the first of the user's own that exists,
    /// or else the first of their own. What is there already is known to lie where nothing else is missing.
    ///
    /// - Returns: nil where sshd looks in no file of this user's alone.
    package static func forNewKey(
        among locations: [AuthorizedKeysLocation], exists: (AuthorizedKeysLocation) -> Bool
    ) -> AuthorizedKeysLocation? {
        let own = locations.filter(\.isOwn)
        return own.first(where: exists) ?? own.first
    }

    /// Whether it may be edited for this user.
    package var isOwn: Bool {
        switch self {
        case .belowHome, .ownFile: true
        case .shared, .none, .unusable: false
        }
    }

    private static func location(of value: [UInt8], for account: Account) -> Self {
        if SSHDLexer.lowercased(value) == Array("none".utf8) { return .none }
        let name = account.name.bytes
        let isHostile = name.isEmpty || name == Array(".".utf8) || name == Array("..".utf8)
        if isHostile || name.contains(slash) || name.contains(0) { return .unusable(.hostileName) }
        guard account.home.bytes.first == slash, !account.home.bytes.contains(0) else { return .unusable(.badHome) }

        var path: [UInt8] = []
        var isPersonal = false
        var index = 0
        while index < value.count {
            let byte = value[index]
            index += 1
            guard byte == percent else {
                path.append(byte)
                continue
            }
            guard index < value.count else { return .unusable(.unknownToken) }
            switch value[index] {
            case percent: path.append(percent)
            case UInt8(ascii: "h"): path += account.home.bytes
            case UInt8(ascii: "u"): path += name
            case UInt8(ascii: "U"): path += Array(String(account.uid).utf8)
            default: return .unusable(.unknownToken)
            }
            isPersonal = isPersonal || value[index] != percent
            index += 1
        }
        return classified(ForeignText(path), isPersonal, home: account.home.bytes, isHomeFirst: value.starts(with: "%h/".utf8))
    }

    /// - Parameter path: expanded, and relative to the home where it is not absolute.
    private static func classified(_ path: ForeignText, _ isPersonal: Bool, home: [UInt8], isHomeFirst: Bool) -> Self {
        let isRelative = path.bytes.first != slash
        let whole = isRelative ? ForeignText(home + [slash] + path.bytes) : path
        guard whole.bytes.count < 4096 else { return .unusable(.tooLong) }

        // However it is spelled, what lies below the home must be touched with the user's rights, not with root's. A home
        // of `/` holds everybody's files: there only what sshd itself takes from the home counts.
        var below: ForeignText?
        let trimmed = home.prefix((home.lastIndex { $0 != slash } ?? -1) + 1)
        if isRelative {
            below = path
        } else if isHomeFirst || (isPersonal && !trimmed.isEmpty && path.bytes.starts(with: trimmed + [slash])) {
            below = ForeignText(path.bytes.dropFirst(trimmed.count).drop { $0 == slash })
        }
        // A `..` may lead out of the very part that makes the path the user's own.
        let parts = (below ?? path).bytes.split(separator: slash)
        if parts.contains(where: { $0.elementsEqual("..".utf8) }) { return .shared(whole) }
        if let below { return .belowHome(below) }
        return isPersonal ? .ownFile(whole) : .shared(whole)
    }
}
