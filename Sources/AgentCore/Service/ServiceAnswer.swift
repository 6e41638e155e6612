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
    /// Sockets that the service itself holds; another process's are not among them.
    package let listeners: [Listener]
    /// Sockets of other processes on the same ports: whoever connects there does not reach sshd.
    package let strangers: [Listener]

    package init(
        state: State, unit: String?, arguments: [String] = [], listeners: [Listener] = [], strangers: [Listener] = []
    ) {
        self.state = state
        self.unit = unit
        self.arguments = arguments
        self.listeners = listeners
        self.strangers = strangers
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
