/// The lists that admit and refuse users before any credential is looked at (`allowed_user` in auth.c).
package struct SSHDAccess: Hashable, Sendable {
    package var denyUsers: [Rule] = []
    package var allowUsers: [Rule] = []
    package var denyGroups: [Rule] = []
    package var allowGroups: [Rule] = []

    /// One pattern, and the line it stands on, where that is known.
    package struct Rule: Hashable, Sendable {
        package let pattern: ForeignText
        package let line: SSHDConfiguration.Directive?

        package init(_ pattern: ForeignText, on line: SSHDConfiguration.Directive? = nil) {
            self.pattern = pattern
            self.line = line
        }
    }

    package enum Verdict: Hashable, Sendable {
        case admitted
        case refused(Refusal)
        case unknown(SSHDUncertainty)
    }

    /// What refuses, in the order in which sshd asks.
    package enum Refusal: Hashable, Sendable {
        case deniedUser(by: Rule)
        /// `AllowUsers` is set, and names others.
        case notAmongAllowedUsers([Rule])
        /// Lists of groups are set, and the user is in none.
        case inNoGroup
        case deniedGroup(ForeignText, by: Rule)
        /// `AllowGroups` is set, and names others.
        case notAmongAllowedGroups([Rule])
    }

    package init() {}

    /// What the lists say about `connection`, whose `host` is taken as it is: see `SSHDConfiguration.access`.
    package func verdict(for connection: SSHDConnection) -> Verdict {
        for rule in denyUsers {
            switch Self.user(connection, matches: rule.pattern) {
            case .yes: return .refused(.deniedUser(by: rule))
            case .no: continue
            case .unknown(let reason): return .unknown(reason)
            }
        }
        if !allowUsers.isEmpty {
            switch isAllowed(connection) {
            case .yes: break
            case .no: return .refused(.notAmongAllowedUsers(allowUsers))
            case .unknown(let reason): return .unknown(reason)
            }
        }
        guard !denyGroups.isEmpty || !allowGroups.isEmpty else { return .admitted }
        guard let groups = connection.groups else { return .unknown(.groupsUnknown) }
        return verdict(for: groups)
    }

    /// A negation is none here: sshd compares groups with single patterns (`ga_match` in groupaccess.c).
    private func verdict(for groups: [ForeignText]) -> Verdict {
        if groups.isEmpty { return .refused(.inNoGroup) }
        for group in groups {
            for rule in denyGroups where SSHDPattern.matches(group.bytes, rule.pattern.bytes) {
                return .refused(.deniedGroup(group, by: rule))
            }
        }
        let isAllowed = groups.contains { group in
            allowGroups.contains { SSHDPattern.matches(group.bytes, $0.pattern.bytes) }
        }
        return allowGroups.isEmpty || isAllowed ? .admitted : .refused(.notAmongAllowedGroups(allowGroups))
    }

    /// Any pattern that matches will do, whatever cannot be said of the others.
    private func isAllowed(_ connection: SSHDConnection) -> SSHDAnswer {
        let answers = allowUsers.map { Self.user(connection, matches: $0.pattern) }
        return answers.contains(.yes) ? .yes : answers.first { $0 != .no } ?? .no
    }

    /// Whether `USER` or `USER@HOSTS` matches (`match_user` in match.c).
    ///
    /// In front of the `@` a `!` is a letter like any other; behind it stands a list of names, addresses and networks.
    static func user(_ connection: SSHDConnection, matches pattern: ForeignText) -> SSHDAnswer {
        let sign = UInt8(ascii: "@")
        guard let first = pattern.bytes.firstIndex(of: sign), let last = pattern.bytes.lastIndex(of: sign) else {
            return SSHDAnswer(SSHDPattern.matches(connection.user.bytes, pattern.bytes))
        }
        // 9.2 takes the first `@`, 10.0 the last.
        let answers = [first, last].map { split -> SSHDAnswer in
            guard SSHDPattern.matches(connection.user.bytes, pattern.bytes[..<split]) else { return .no }
            return source(of: connection, isIn: ForeignText(pattern.bytes[(split + 1)...]))
        }
        return answers[0] == answers[1] ? answers[0] : .unknown(.versionsDiffer)
    }

    /// Whether a list names the client by address or by name, and neither with a `!` (`match_host_and_ip` in match.c).
    private static func source(of connection: SSHDConnection, isIn list: ForeignText) -> SSHDAnswer {
        guard let address = connection.address else { return .unknown(.addressUnknown) }
        let byAddress = SSHDPattern.addressList(address, list)
        if byAddress == .invalid { return .unknown(.refused) }
        if byAddress == .negated { return .no }
        guard let host = connection.host else {
            return byAddress == .match && !SSHDPattern.hasNegation(list) ? .yes : .unknown(.hostUnknown)
        }
        switch SSHDPattern.hostList(host, list) {
        case .negated: return .no
        case .match: return .yes
        case .none: return SSHDAnswer(byAddress == .match)
        }
    }
}

extension SSHDConfiguration {
    /// The access lists in force for `connection`, each pattern with its line.
    ///
    /// - Throws: why it cannot be said which lines are in force.
    package func access(for connection: SSHDConnection) throws(SSHDUncertainty) -> SSHDAccess {
        var access = SSHDAccess()
        access.denyUsers = try rules("denyusers", for: connection)
        access.allowUsers = try rules("allowusers", for: connection)
        access.denyGroups = try rules("denygroups", for: connection)
        access.allowGroups = try rules("allowgroups", for: connection)
        return access
    }

    /// What the access lists say about `connection`, with the host name that sshd will use.
    package func admission(of connection: SSHDConnection) -> SSHDAccess.Verdict {
        do {
            return try access(for: connection).verdict(for: resolved(connection))
        } catch {
            return .unknown(error)
        }
    }

    private func rules(
        _ keyword: String, for connection: SSHDConnection
    ) throws(SSHDUncertainty) -> [SSHDAccess.Rule] {
        switch deciding(keyword, for: connection) {
        case .standard: return []
        case .decided(let lines): return lines.flatMap { line in line.arguments.map { SSHDAccess.Rule($0, on: line) } }
        case .unknown(let reason, _): throw reason
        }
    }
}
