/// The guest's answer to a probe. One case for each kind of answer; `Facts` gives them out typed.
package enum Answer: Sendable {
    case file(FileAnswer)
    case status(StatusAnswer)
    case account(AccountAnswer)
    case unseen(Known<[String]>)
    case accountDefaults(AccountDefaults)
    case passwordMatches(Known<Bool>)
    case oldPasswords(Known<Bool>)
    case keysFile(KeysFileAnswer)
    case sshd(Known<EffectiveConfiguration>)
    case service(ServiceAnswer)
    case sudo(Known<SudoGrants>)
    case requestKeys(KeyJudgement)
    case today(Int)
    case folder(Known<[ForeignText]>)
    case home(HomeAnswer)
    case countedFailures(Known<CountedFailures>)
    case accountLocks(Known<[AccountLock]>)
    case otherAdministrator(Known<ForeignText?>)
    case ssh(SSHAnswer)
    case disk(NamedDevice)
    case disks([BlockDevice])
    case mounts(Known<[MountEntry]>)
}

/// A fact, or why it could not be had. What rests on an unknown ground is itself unknown, never fine.
package enum Known<Value: Sendable>: Sendable {
    case known(Value)
    case unknown(String)

    package var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }
}

package enum FileAnswer: Sendable {
    case absent
    /// There, but not to be read as a file; why.
    case unreadable(String)
    case contents([UInt8])
}

package enum StatusAnswer: Sendable {
    case absent
    case unreadable(String)
    case present(FileStatus)
}

/// What stat(2) says and the agent needs.
package struct FileStatus: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case file = "a regular file"
        case directory = "a directory"
        case link = "a symbolic link"
        case fifo = "a FIFO"
        case socket = "a socket"
        case device = "a device"
    }
    package let kind: Kind
    /// Permission bits, 0...0o7777.
    package let mode: UInt32
    package let uid: UInt32
    package let gid: UInt32
    package let links: UInt64
    package let size: Int64
    package let device: UInt64
    package let inode: UInt64
    /// Seconds since 1970-01-01 of the last change of its contents.
    package let changed: Int64

    package init(
        kind: Kind, mode: UInt32, uid: UInt32, gid: UInt32, links: UInt64 = 1, size: Int64 = 0, device: UInt64 = 0, inode: UInt64 = 0,
        changed: Int64 = 0
    ) {
        self.kind = kind
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.links = links
        self.size = size
        self.device = device
        self.inode = inode
        self.changed = changed
    }
}

/// A user's keys file, read with the user's own rights where it lies below the home.
package struct KeysFileAnswer: Sendable {
    package enum Contents: Sendable {
        case absent
        case unreadable(String)
        case bytes([UInt8])
    }
    /// The home itself, links not followed.
    package let home: StatusAnswer
    package let contents: Contents
    /// What stands at each component of the path, from the home downwards, the file last; only what is there.
    package let parts: [KeysPathPart]
    /// What else lies in the file's folder: regular files of the user's own, by their path.
    package let siblings: [KeysPathPart]

    package init(home: StatusAnswer, contents: Contents, parts: [KeysPathPart] = [], siblings: [KeysPathPart] = []) {
        self.siblings = siblings
        self.home = home
        self.contents = contents
        self.parts = parts
    }
}

/// The installed ssh-keygen's judgement of the request's keys: lines for authorized_keys, or a refusal.
package enum KeyJudgement: Sendable {
    case accepted([AuthorizedKeyLine])
    case refused(Refusal)
}
