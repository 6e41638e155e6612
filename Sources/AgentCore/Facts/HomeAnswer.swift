/// A user's home: what stands there, and who had a hand in where its path leads.
package struct HomeAnswer: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case absent
        /// A link on the way leads to nothing: a file system that is not mounted, as a rule.
        case dangling
        case directory(FileStatus)
        case notDirectory(FileStatus)
        case unreadable(String)
    }

    package enum Owner: Hashable, Sendable {
        case user
        case root
        /// No account has this uid.
        case nobody(UInt32)
        case other(ForeignText)
    }

    package let state: State
    /// nil where there is nothing.
    package let owner: Owner?
    /// Every directory on the way, links followed, is root's and nobody else's to write: only root decides where the path leads.
    package let isRootsPath: Bool
    /// The last component is a link.
    package let isLink: Bool
    /// Other accounts whose home is this one or lies in it.
    package let others: [ForeignText]
    /// Something is mounted on it or in it.
    package let hasMounts: Bool

    package init(
        state: State, owner: Owner?, isRootsPath: Bool, isLink: Bool = false, others: [ForeignText] = [], hasMounts: Bool = false
    ) {
        self.hasMounts = hasMounts
        self.state = state
        self.owner = owner
        self.isRootsPath = isRootsPath
        self.isLink = isLink
        self.others = others
    }
}

/// One component of the path of a keys file.
package struct KeysPathPart: Hashable, Sendable {
    /// Relative to the home, or absolute.
    package let path: ForeignText
    /// The entry itself, a link not followed.
    package let entry: FileStatus
    /// What it leads to without leaving the home; nil for a link that leaves it or leads nowhere.
    package let target: FileStatus?
    /// It is immutable or append-only (chattr(1)).
    package let isFixed: Bool

    package init(path: ForeignText, entry: FileStatus, target: FileStatus?, isFixed: Bool = false) {
        self.path = path
        self.entry = entry
        self.target = target
        self.isFixed = isFixed
    }
}

/// A lock file of the account tools (shadow's commonio.c): `/etc/NAME.lock`, which holds the number of the process that made it.
package struct AccountLock: Hashable, Sendable {
    package enum Holder: Hashable, Sendable {
        /// It lives, and began before the lock did: its name and number.
        case alive(ForeignText, Int)
        /// No such process, or a later one that was given the same number.
        case gone(Int)
        /// The file names no process; the tools refuse to work as long as it is there.
        case unnamed
    }

    package let path: String
    package let holder: Holder

    package init(path: String, holder: Holder) {
        self.path = path
        self.holder = holder
    }
}

/// What the counters of failed logins hold about a user.
package struct CountedFailures: Hashable, Sendable {
    /// A folder where pam_faillock keeps its counters, and the failures of this user that it still counts there.
    package struct Folder: Hashable, Sendable {
        package let path: String
        package let count: Int

        package init(path: String, count: Int) {
            self.path = path
            self.count = count
        }
    }

    /// Only those that have a record of the user.
    package let faillock: [Folder]
    package let tally: Int
    /// From how many on a login is refused: the lowest `deny` that is configured, else pam_faillock's own default.
    package let limit: Int

    package init(faillock: [Folder], tally: Int, limit: Int = 3) {
        self.limit = limit
        self.faillock = faillock
        self.tally = tally
    }

    /// The records that count in what `faillock --user` lists: lines that end in `V` (faillock(8)).
    package static func valid(inListing output: [UInt8]) -> Int {
        output.split(separator: UInt8(ascii: "\n")).count { line in
            let words = line.split(separator: UInt8(ascii: " "))
            return words.count >= 4 && words.last?.elementsEqual("V".utf8) == true
        }
    }

    /// The number in what `pam_tally2 --user` prints: the second column of the line that begins with the name.
    package static func tally(of user: UserName, inListing output: [UInt8]) -> Int {
        for line in output.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            if words.count >= 2, words[0].elementsEqual(user.bytes) { return PasswdFile.decimal(words[1]).map(Int.init) ?? 0 }
        }
        return 0
    }
}
