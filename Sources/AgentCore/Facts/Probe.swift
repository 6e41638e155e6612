/// One question to the guest, as a value.
///
/// Judging and planning are pure: they ask `Facts`, and where an answer is missing they stop with `Unanswered`. The caller has
/// the guest answer what was asked and calls again (`Facts.settle`). So a judgement may ask for what an earlier answer named (the
/// home of the account it just read), it never asks twice, and a test answers from a table.
package enum Probe: Hashable, Sendable {
    /// A file outside people's homes, followed like the system would. The answer holds at most 1 MiB of it.
    case file(String)
    /// A file or directory itself, links not followed.
    case status(String)
    /// What passwd, shadow and group say of this name. Never a password hash.
    case account(UserName)
    /// In which of the name service's databases this local account does not show: `passwd`, `shadow`.
    case unseen(UserName)
    /// Settings of login.defs and of useradd's defaults.
    case accountDefaults
    /// Whether the password of the request is this user's already.
    case passwordMatches(UserName)
    /// Whether pam_pwhistory keeps old passwords of this name. Never their hashes.
    case oldPasswords(UserName)
    /// Home, `.ssh` and the keys file of this user: as sshd's `safe_path` would see them.
    case keysFile(KeysFileQuestion)
    /// sshd's own word on its configuration for one connection: `sshd -T -C`, with the service's arguments.
    case sshd(Connection)
    /// The SSH service as systemd has it, and what it listens on.
    case service
    /// What sudo grants this user: `sudo -l`.
    case sudo(UserName)
    /// The installed ssh-keygen's judgement of the request's keys.
    case requestKeys
    /// The day, for dates of shadow.
    case today
    /// What a path leads to, links followed.
    case target(String)
    /// The names in a folder of the system's.
    case folder(String)
    /// The home of this local account, and who could have led its path where it leads.
    case home(UserName)
    /// Failed logins that pam_faillock or pam_tally2 have counted against this user.
    case countedFailures(UserName)
    /// The lock files of passwd, shadow and group.
    case accountLocks
    /// Somebody other than this user who can log in and become root.
    case otherAdministrator(UserName)
    /// About the SSH service and what is around it.
    case ssh(SSHProbe)
    /// About disks and what is mounted.
    case disk(DiskProbe)
}

/// Asked for by a pure function that cannot go on without it.
package struct Unanswered: Error, Sendable {
    package let probe: Probe
}

/// Where a keys file is looked for: below the home with the user's own rights, or at a path of the system's.
package struct KeysFileQuestion: Hashable, Sendable {
    package let user: UserName
    /// The home, as passwd has it.
    package let home: ForeignText
    /// Relative to the home, or absolute.
    package let path: ForeignText

    package init(user: UserName, home: ForeignText, path: ForeignText) {
        self.user = user
        self.home = home
        self.path = path
    }
}

/// The connection that sshd is asked about (`-C`): who, from where, to where.
package struct Connection: Hashable, Sendable {
    package let user: UserName
    /// The client's address; without a reverse name its host is the same text.
    package let address: String
    package let localAddress: String
    package let localPort: UInt16

    package init(user: UserName, address: String = "127.0.0.1", localAddress: String = "127.0.0.1", localPort: UInt16 = 22) {
        self.user = user
        self.address = address
        self.localAddress = localAddress
        self.localPort = localPort
    }

    /// The value of sshd's `-C` option (sshd(8)).
    package var specification: String {
        "user=\(user.text),host=\(address),addr=\(address),laddr=\(localAddress),lport=\(localPort)"
    }
}

/// A question about disks.
package enum DiskProbe: Hashable, Sendable {
    /// The block device that a name leads to, below /dev alone.
    case named(DiskName)
    case numbered(DeviceNumber)
    /// Every block device that has its node in /dev.
    case all
    /// What is mounted, for the whole machine.
    case mounts
}
