/// The connection that a question about the configuration is about.
///
/// What is nil is not known; an answer that needs it says so. For a `Match` on groups sshd takes the account's groups,
/// for one on hosts the name it has found for the address: the address itself, unless `UseDNS yes`.
package struct SSHDConnection: Hashable, Sendable {
    package var user: ForeignText
    /// Whether the account exists.
    package var userExists: Bool?
    /// The names of the primary and of all supplementary groups.
    package var groups: [ForeignText]?
    /// The client's name, where it is known; not needed while sshd does not look it up.
    package var host: ForeignText?
    /// The client's address in the form of getnameinfo(3); a mapped IPv4 address as IPv4.
    package var address: ForeignText?
    package var localAddress: ForeignText?
    package var localPort: Int?
    package var routingDomain: ForeignText?
    /// As in the banner: `OpenSSH_10.0p2 Debian-7`.
    package var serverVersion: ForeignText?

    package init(
        user: ForeignText, userExists: Bool? = nil, groups: [ForeignText]? = nil, host: ForeignText? = nil,
        address: ForeignText? = nil, localAddress: ForeignText? = nil, localPort: Int? = nil,
        routingDomain: ForeignText? = nil, serverVersion: ForeignText? = nil
    ) {
        self.user = user
        self.userExists = userExists
        self.groups = groups
        self.host = host
        self.address = address
        self.localAddress = localAddress
        self.localPort = localPort
        self.routingDomain = routingDomain
        self.serverVersion = serverVersion
    }
}

/// Why something cannot be judged from the configuration alone.
package enum SSHDUncertainty: String, Hashable, Sendable, Error {
    case hostUnknown = "the client's host name is not known"
    case addressUnknown = "the client's address is not known"
    case groupsUnknown = "the user's groups are not known"
    case accountUnknown = "whether the account exists is not known"
    case localAddressUnknown = "the server's address is not known"
    case localPortUnknown = "the server's port is not known"
    case routingDomainUnknown = "the routing domain is not known"
    case serverVersionUnknown = "sshd's version is not known"
    case serviceName = "a port is given by a service's name"
    case refused = "sshd refuses the line"
    case versionsDiffer = "versions of sshd read this differently"
    case incomplete = "the configuration could not be read in full"
}
