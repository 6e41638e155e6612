/// The SSH service as systemd has it, and what it listens on right now.
package struct ServiceAnswer: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case running
        /// systemd holds the socket and starts sshd at a connection.
        case listeningBySocket
        /// Not running; the state in systemd's words.
        case stopped(String)
        case missing
        /// systemd could not be asked; why.
        case unknown(String)
    }
    package let state: State
    /// `ssh.service`, `sshd.service`, `ssh.socket`.
    package let unit: String?
    /// What the unit passes to sshd, after the program's own name.
    package let arguments: [String]
    /// What an administrator added to them, and what they are without it.
    package let added: [AddedOptions]
    package let plainArguments: [String]
    /// Sockets that the service itself holds; another process's are not among them.
    package let listeners: [Listener]
    /// Sockets of other processes on the same ports: whoever connects there does not reach sshd.
    package let strangers: [Listener]

    package init(
        state: State, unit: String?, arguments: [String] = [], added: [AddedOptions] = [], plainArguments: [String]? = nil,
        listeners: [Listener] = [], strangers: [Listener] = []
    ) {
        self.state = state
        self.unit = unit
        self.arguments = arguments
        self.added = added
        self.plainArguments = plainArguments ?? arguments
        self.listeners = listeners
        self.strangers = strangers
    }
}

/// Where the unit's command line has options from that are not the distribution's.
package struct AddedOptions: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        /// This variable of an environment file that the distribution has for it.
        case variable(String)
        /// A piece of a unit, put over the distribution's.
        case override
    }
    package let place: Place
    package let path: String
    package let line: Int
    package let words: [String]

    package init(_ place: Place, path: String, line: Int, words: [String]) {
        self.place = place
        self.path = path
        self.line = line
        self.words = words
    }

    /// Files in which distributions have an administrator add options of sshd's.
    package static let files = ["/etc/default/ssh", "/etc/default/sshd", "/etc/sysconfig/sshd"]

    /// The line of a unit's file that changes the command line; nil where none does.
    package static func line(ofCommandIn file: [UInt8]) -> Int? { line(in: file, ["ExecStart", "Environment", "EnvironmentFile"]) }

    /// The line of a socket's file that says where to listen.
    package static func line(ofListeningIn file: [UInt8]) -> Int? {
        line(in: file, ["ListenStream", "BindIPv6Only", "BindToDevice", "Accept", "FreeBind"])
    }

    private static func line(in file: [UInt8], _ keys: Set<String>) -> Int? {
        let lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.firstIndex { line in
            let key = line.prefix { $0 != UInt8(ascii: "=") }.filter { $0 != 0x20 && $0 != 0x09 }
            return key.count < line.count && keys.contains(String(decoding: key, as: UTF8.self))
        }.map { $0 + 1 }
    }
}

/// A listening TCP socket.
package struct Listener: Hashable, Sendable {
    package enum Family: Hashable, Sendable { case ipv4, ipv6 }
    package let family: Family
    /// As inet_ntop(3) writes it; `0.0.0.0` and `::` stand for every address.
    package let address: String
    package let port: UInt16

    package init(family: Family, address: String, port: UInt16) {
        self.family = family
        self.address = address
        self.port = port
    }

    package var isWildcard: Bool { address == "0.0.0.0" || address == "::" }

    /// Whether a connection to `address` reaches this socket.
    package func answers(at address: String, _ family: Family) -> Bool {
        self.family == family && (isWildcard || self.address == address)
    }
}
