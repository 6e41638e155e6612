/// Where a user's keys are to be written, so that sshd finds them.
package enum KeysPlace: Hashable, Sendable {
    /// Relative to the home, or absolute.
    case file(ForeignText)
    /// sshd looks in no file that is this user's alone; why.
    case nowhere(String)

    /// sshd_config(5)'s default, for where sshd cannot be asked.
    package static let defaults = [ForeignText(".ssh/authorized_keys"), ForeignText(".ssh/authorized_keys2")]

    /// - Parameters:
    ///   - files: the values of AuthorizedKeysFile in force for this user.
    ///   - uid: nil for an account that is still to be made.
    ///   - exists: whether there is a file at this path, relative to the home or absolute.
    package init<Fault: Error>(
        _ files: [ForeignText], name: UserName, uid: UInt32?, home: ForeignText, exists: (ForeignText) throws(Fault) -> Bool
    ) throws(Fault) {
        let account = AuthorizedKeysLocation.Account(name: ForeignText(name.bytes), uid: uid ?? 0, home: home)
        let personalByUID = Array("%U".utf8)
        var own: [ForeignText] = []
        var others: [AuthorizedKeysLocation] = []
        for value in files {
            if uid == nil, zip(value.bytes, value.bytes.dropFirst()).contains(where: { [$0, $1] == personalByUID }) { continue }
            let location = AuthorizedKeysLocation(value, for: account)
            switch location {
            case .belowHome(let path), .ownFile(let path): own.append(path)
            default: others.append(location)
            }
        }
        for path in own where try exists(path) {
            self = .file(path)
            return
        }
        self = own.first.map { .file($0) } ?? .nowhere(Self.reason(others))
    }

    /// All files that are this user's alone, in sshd's order.
    package static func own(_ files: [ForeignText], name: UserName, uid: UInt32, home: ForeignText) -> [ForeignText] {
        let account = AuthorizedKeysLocation.Account(name: ForeignText(name.bytes), uid: uid, home: home)
        return files.compactMap { value in
            switch AuthorizedKeysLocation(value, for: account) {
            case .belowHome(let path), .ownFile(let path): path
            default: nil
            }
        }
    }

    private static func reason(_ locations: [AuthorizedKeysLocation]) -> String {
        for location in locations {
            switch location {
            case .shared(let path): return "sshd looks for keys in \(path.escaped()), which is not this user's alone and is not edited"
            case .unusable: return "sshd's AuthorizedKeysFile leads to no file"
            default: continue
            }
        }
        return "sshd's AuthorizedKeysFile is none"
    }
}
