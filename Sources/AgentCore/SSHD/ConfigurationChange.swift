/// New contents for files of sshd's configuration, taken in one piece: what sshd is asked about before, and what replaces the
/// old after it agreed.
package struct ConfigurationChange: Hashable, Sendable {
    package struct File: Hashable, Sendable {
        package let path: String
        /// nil: the file goes.
        package let contents: [UInt8]?

        package init(path: String, contents: [UInt8]?) {
            self.path = path
            self.contents = contents
        }

        /// Made by this agent: nobody's to be kept.
        package var isOwn: Bool { ConfigurationPaths.isOwn(path) }
    }

    /// The main file, of which the others are parts.
    package let main: String
    /// Only those that become other than they are, by path.
    package let files: [File]
    /// What sshd will be started with; nil: as it is now.
    package let arguments: [String]?

    package init(main: String, files: [File], arguments: [String]? = nil) {
        self.main = main
        self.arguments = arguments
        self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    package var isEmpty: Bool { files.isEmpty }

    /// The files by name, for a sentence.
    package var names: String { files.map { ForeignText($0.path).escaped() }.joined(separator: ", ") }
}

/// Where sshd's configuration is, and which names in it are this agent's.
package enum ConfigurationPaths {
    package static let main = "/etc/ssh/sshd_config"
    package static let dropIns = "/etc/ssh/sshd_config.d"
    /// What the installed openssh-server ships (Debian's ucf template).
    package static let pristine = "/usr/share/openssh/sshd_config"
    /// A file that keeps Debian's unit from starting sshd (ConditionPathExists in ssh.service).
    package static let notToBeRun = "/etc/ssh/sshd_not_to_be_run"
    /// Behind the name of a file that a reset has set aside; not a name that any `Include` of a distribution's takes.
    package static let saved = ".vmaccess-agent-saved"

    private static let ownPrefix = "vmaccess-agent-"

    /// What a reset keeps of the configuration before it.
    package static let kept = "\(dropIns)/01-\(ownPrefix)kept.conf"

    /// One user's own block. Sorts first: among `Match` blocks the first that sets a keyword wins.
    package static func own(_ user: UserName) -> String { "\(dropIns)/00-\(ownPrefix)\(user.hexName).conf" }

    package static func isOwn(_ path: String) -> Bool {
        path.hasPrefix("\(dropIns)/00-\(ownPrefix)") || path == kept
    }

    /// The main file that the service's arguments name.
    package static func main(_ arguments: [String]) -> String {
        guard let flag = arguments.lastIndex(of: "-f"), flag + 1 < arguments.count else { return main }
        return arguments[flag + 1]
    }

    /// The `-o` options of the service, which sshd reads before any file.
    package static func options(_ arguments: [String]) -> [ForeignText] {
        zip(arguments, arguments.dropFirst()).filter { $0.0 == "-o" }.map { ForeignText($0.1) }
    }
}

/// Where no pristine file is installed.
package enum DistributionConfiguration {
    package static let builtIn = Array(
        """
        # The defaults of Debian's openssh-server, put here by vmaccess-agent because this system ships no pristine file.
        Include /etc/ssh/sshd_config.d/*.conf

        KbdInteractiveAuthentication no
        UsePAM yes
        X11Forwarding yes
        PrintMotd no
        AcceptEnv LANG LC_*
        Subsystem sftp internal-sftp

        """.utf8)
}
