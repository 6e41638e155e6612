/// What a step, and a line of the status, is about. The raw value is the substatus's name.
package enum Topic: String, CaseIterable, Sendable {
    case settings
    case account
    case password
    case authorizedKeys = "authorized_keys"
    case sudo
    case service
    case disk
    case proof
}

/// One change to the guest. `plan` makes it, the dry run prints it, a transaction carries it out and knows how to undo it.
package struct Step: Sendable {
    package let topic: Topic
    /// What it does, as an order: "create the account bob".
    package let summary: String
    package let change: Change
    /// Cannot be undone. Such steps come last; see `Runner` for what a failure among them means.
    package let isLasting: Bool

    package init(_ topic: Topic, _ summary: String, _ change: Change, isLasting: Bool = false) {
        self.topic = topic
        self.summary = summary
        self.change = change
        self.isLasting = isLasting
    }

    /// A change of what is the SSH service's.
    package static func service(_ summary: String, _ change: ServiceChange) -> Step { Step(.service, summary, .service(change)) }
}

/// The few kinds of change there are. An obstacle's remedy is made of these; a new obstacle needs no new kind.
package enum Change: Sendable {
    /// A program of the system's, and the call that undoes it.
    case tool(ToolCall, undo: ToolCall?)
    /// The request's password, through PAM.
    case password(UserName)
    /// Lines for a user's keys file; merged with what is there when it is written.
    case keys(KeysChange)
    /// A whole file of the system's (not below anybody's home), replaced in one piece.
    case file(FileChange)
    /// `*` in place of the lock mark `!`: the account is no longer locked to sshd, and no password opens it that did not.
    case lockMark(UserName)
    /// The hashes of a user's earlier passwords, which pam_pwhistory keeps by name, go.
    case oldPasswords(UserName)
    /// A home, or a part of it: made, given back, closed to others, or moved out of the way.
    case home(HomeChange)
    /// A lock file of the account tools: waited for while somebody holds it, removed when nobody does.
    case accountLock(String)
    /// A file of the system's that goes.
    case remove(String)
    /// Processes and sessions of an account that is being removed.
    case endSessions(UserName, uid: UInt32)
    /// What is the SSH service's, for all.
    case service(ServiceChange)
}

package struct KeysChange: Sendable {
    package let user: UserName
    /// Relative to the home, or absolute.
    package let path: ForeignText
    package let keys: [AuthorizedKeyLine]
    /// Whether all other keys of this user go. With no `keys`, the file itself goes.
    package let replacing: Bool

    package init(user: UserName, path: ForeignText, keys: [AuthorizedKeyLine], replacing: Bool) {
        self.user = user
        self.path = path
        self.keys = keys
        self.replacing = replacing
    }
}

package struct FileChange: Sendable {
    /// The program that must accept the new file before it takes the old one's place.
    package enum Check: Sendable { case visudo }

    package let path: String
    package let contents: [UInt8]
    /// Permission bits. The owner is root.
    package let mode: UInt32
    package let check: Check?

    package init(path: String, contents: [UInt8], mode: UInt32, check: Check?) {
        self.path = path
        self.contents = contents
        self.mode = mode
        self.check = check
    }
}
