/// Yes, no, or why neither can be said.
package enum SSHDAnswer: Hashable, Sendable {
    case yes
    case no
    case unknown(SSHDUncertainty)

    init(_ value: Bool) { self = value ? .yes : .no }

    /// Both must hold: a `no` settles it.
    func and(_ other: SSHDAnswer) -> SSHDAnswer {
        switch (self, other) {
        case (.no, _), (_, .no): .no
        case (.unknown, _): self
        default: other
        }
    }
}

extension SSHDMatch {
    /// Whether the block holds for `connection` (`match_cfg_line` in servconf.c).
    func holds(for connection: SSHDConnection) -> SSHDAnswer {
        answer { $0.holds(for: connection) }
    }

    /// Whether sshd takes the block's lines as global too: at its start there is no connection yet, and only `all` and
    /// its own version can hold.
    func holdsAtStart(for connection: SSHDConnection) -> SSHDAnswer {
        answer { criterion in
            switch criterion {
            case .all, .version: criterion.holds(for: connection)
            default: .no
            }
        }
    }

    private func answer(_ holds: (Criterion) -> SSHDAnswer) -> SSHDAnswer {
        let answers = readings.map { reading in
            reading.reduce(SSHDAnswer.yes) { $0.and(holds($1)) }
        }
        guard let first = answers.first else { return .unknown(.refused) }
        return answers.allSatisfy { $0 == first } ? first : .unknown(.versionsDiffer)
    }
}

extension SSHDMatch.Criterion {
    fileprivate func holds(for connection: SSHDConnection) -> SSHDAnswer {
        switch self {
        case .all:
            .yes
        case .user(let list):
            SSHDAnswer(SSHDPattern.list(connection.user.bytes, list) == .match)
        case .group(let list):
            connection.groups.map { SSHDAnswer(Self.anyGroup(of: $0, in: list)) } ?? .unknown(.groupsUnknown)
        case .host(let list):
            connection.host.map { SSHDAnswer(SSHDPattern.hostList($0, list) == .match) } ?? .unknown(.hostUnknown)
        case .address(let list):
            connection.address.map { Self.address($0, in: list) } ?? .unknown(.addressUnknown)
        case .localAddress(let list):
            connection.localAddress.map { Self.address($0, in: list) } ?? .unknown(.localAddressUnknown)
        case .localPort(let written):
            Self.port(connection.localPort, is: written)
        case .routingDomain(let list):
            connection.routingDomain.map { SSHDAnswer(SSHDPattern.list($0.bytes, list) == .match) }
                ?? .unknown(.routingDomainUnknown)
        case .invalidUser:
            connection.userExists.map { SSHDAnswer(!$0) } ?? .unknown(.accountUnknown)
        case .version(let list):
            connection.serverVersion.map { SSHDAnswer(SSHDPattern.list($0.bytes, list) == .match) }
                ?? .unknown(.serverVersionUnknown)
        }
    }

    /// One group must match, and none a pattern with `!` (`ga_match_pattern_list` in groupaccess.c).
    private static func anyGroup(of groups: [ForeignText], in list: ForeignText) -> Bool {
        let answers = groups.map { SSHDPattern.list($0.bytes, list) }
        return answers.contains(.match) && !answers.contains(.negated)
    }

    private static func address(_ address: ForeignText, in list: ForeignText) -> SSHDAnswer {
        switch SSHDPattern.addressList(address, list) {
        case .match: .yes
        case .none, .negated: .no
        case .invalid: .unknown(.refused)
        }
    }

    private static func port(_ port: Int?, is written: ForeignText) -> SSHDAnswer {
        guard let number = SSHDNumber.decimal(written.bytes) else { return .unknown(.serviceName) }
        guard number <= 65535 else { return .unknown(.refused) }
        guard let port else { return .unknown(.localPortUnknown) }
        return SSHDAnswer(port == number)
    }
}
