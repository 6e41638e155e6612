extension SSHDConfiguration {
    /// Whether sshd may say something else about one connection than about the other: only `Match` lines make it, each by what it
    /// asks about. True wherever that is not certain.
    package func maySet(_ one: Connection, apartFrom other: Connection) -> Bool {
        if one == other { return false }
        guard complaints.isEmpty else { return true }
        let isSameUser = one.user == other.user
        let isSameSource = Connection(user: one.user, sourceOf: other) == one
        for statement in files.lazy.flatMap(\.statements) where SSHDKeyword(statement.keyword) == .match {
            guard let readings = statement.match?.readings, !readings.isEmpty else { return true }
            for criterion in readings.joined() {
                switch criterion {
                case .all, .version: continue
                case .user, .group, .invalidUser: if !isSameUser { return true }
                case .host, .address, .localAddress, .localPort, .routingDomain: if !isSameSource { return true }
                }
            }
        }
        return false
    }
}

extension Connection {
    fileprivate init(user: UserName, sourceOf other: Connection) {
        self.init(user: user, address: other.address, localAddress: other.localAddress, localPort: other.localPort)
    }
}
