/// What sudo lets a user do, as far as it matters here: everything as root, and whether it asks for the password.
package enum SudoGrants: Hashable, Sendable {
    case none
    case everythingWithPassword
    /// sudo asks for the password of root or of whoever is to be become (`rootpw`, `targetpw`, `runaspw`), which the user has not.
    case everythingWithOthersPassword
    case everythingWithoutPassword
    /// sudo itself is not installed.
    case noSudo

    /// Reads `sudo -ll -U USER` (sudo(8), long listing, LC_ALL=C): entries of indented `Field: value` lines, their commands
    /// indented further. The last entry that covers everything decides, as in sudoers(5).
    package init(listing: [UInt8]) {
        var state = SudoGrants.none
        var entry = Entry()
        var others: [Substring: Bool] = [:]
        for line in listing.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            // Options stand ahead of the first entry, indented; the last one holds.
            for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
                let option = word.drop { $0 == "!" }
                if ["rootpw", "targetpw", "runaspw"].contains(option) { others[option] = !word.hasPrefix("!") }
            }
            if text.hasPrefix("Sudoers entry") {
                state = entry.verdict(after: state)
                entry = Entry()
            } else if text.hasPrefix("    ") || text.hasPrefix("\t") {
                entry.read(text)
            }
        }
        let verdict = entry.verdict(after: state)
        self = verdict == .everythingWithPassword && others.values.contains(true) ? .everythingWithOthersPassword : verdict
    }

    /// Whether the user may become root in whatever way.
    package var isEverything: Bool {
        switch self {
        case .everythingWithPassword, .everythingWithOthersPassword, .everythingWithoutPassword: true
        case .none, .noSudo: false
        }
    }

    private struct Entry {
        var runsAsRoot = false
        var authenticates = true
        var everything = false
        var takesAway = false
        /// Holds for some time only, or below a chroot.
        var isLimited = false
        var inCommands = false

        /// - Parameter before: what the entries before this one grant.
        func verdict(after before: SudoGrants) -> SudoGrants {
            guard runsAsRoot else { return before }
            if everything, !isLimited { return authenticates ? .everythingWithPassword : .everythingWithoutPassword }
            return takesAway ? .none : before
        }

        mutating func read(_ line: String) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," })
            switch words.first {
            case "RunAsUsers:":
                runsAsRoot = words.contains("ALL") || words.contains("root")
                // `(ALL, !root)`: everybody but root.
                if words.contains("!root") || words.contains("!#0") || words.contains("!ALL") { runsAsRoot = false }
                inCommands = false
            case "NotBefore:", "NotAfter:", "Chroot:":
                isLimited = true
            case "Options:":
                if words.contains("!authenticate") { authenticates = false }
                if words.contains("authenticate") { authenticates = true }
            case "Commands:":
                inCommands = true
            default:
                // A negated command beside ALL takes something away again: not everything.
                guard inCommands else { return }
                if words == ["ALL"] {
                    (everything, takesAway) = (true, false)
                } else if words.first?.hasPrefix("!") == true {
                    (everything, takesAway) = (false, true)
                }
            }
        }
    }
}

/// The grant that the agent writes: one file of sudoers.d(5) for one user.
package struct SudoGrant: Hashable, Sendable {
    package let user: UserName
    package let asksPassword: Bool
    /// The user's own password is asked for, whatever others are asked.
    package let asksOwnPassword: Bool

    package init(user: UserName, asksPassword: Bool, asksOwnPassword: Bool = false) {
        self.user = user
        self.asksPassword = asksPassword
        self.asksOwnPassword = asksOwnPassword
    }

    /// Named by the hexadecimal form of the user's name: sudo passes over names with a dot, and two users never share one.
    package var path: String { "/etc/sudoers.d/vmaccess-agent-\(user.hexName)" }

    /// Quoted, so that no name is read as an alias, a group or a wildcard.
    package var contents: [UInt8] {
        let tag = asksPassword ? "" : "NOPASSWD: "
        let own = asksOwnPassword ? "Defaults:\"\(user.text)\" !rootpw, !targetpw, !runaspw\n" : ""
        return Array(
            "# Made by vmaccess-agent for this user. Remove the file to take the grant away.\n\(own)\"\(user.text)\" ALL=(ALL:ALL) \(tag)ALL\n"
                .utf8)
    }
}
