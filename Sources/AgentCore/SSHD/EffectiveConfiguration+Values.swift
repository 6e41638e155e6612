/// The values that the agent asks for, by their meaning in sshd_config(5). Nil is: this sshd has no such keyword.
extension EffectiveConfiguration {
    /// Where sshd listens.
    package struct ListenAddress: Hashable, Sendable {
        /// Without brackets; `::` and `0.0.0.0` for all.
        package let host: ForeignText
        package let port: Int
        package let routingDomain: ForeignText?
    }

    package enum RootLogin: Hashable, Sendable {
        case yes, no, keysOnly, forcedCommandsOnly
    }

    /// From how many unauthenticated connections on sshd drops some, how many in a hundred, and from how many on all.
    package struct Startups: Hashable, Sendable {
        package let begin: Int
        package let rate: Int
        package let full: Int
    }

    /// In order, without repetition.
    package var ports: [Int] {
        all("port").reduce(into: []) { found, text in
            if let port = SSHDNumber.decimal(text.bytes), !found.contains(port) { found.append(port) }
        }
    }

    package var listenAddresses: [ListenAddress] { all("listenaddress").compactMap(Self.listenAddress) }
    package var hostKeys: [ForeignText] { all("hostkey") }
    package var hostKeyAlgorithms: [ForeignText] { list("hostkeyalgorithms") }

    package var passwordAuthentication: Bool? { flag("passwordauthentication") }
    /// Also `ChallengeResponseAuthentication`, its name before 8.7.
    package var kbdInteractiveAuthentication: Bool? { flag("kbdinteractiveauthentication") }
    package var pubkeyAuthentication: Bool? { flag("pubkeyauthentication") }
    package var permitEmptyPasswords: Bool? { flag("permitemptypasswords") }
    package var usePAM: Bool? { flag("usepam") }
    package var strictModes: Bool? { flag("strictmodes") }
    package var useDNS: Bool? { flag("usedns") }
    package var permitTTY: Bool? { flag("permittty") }
    /// Since 9.9: whether it hangs up before any authentication.
    package var refuseConnection: Bool? { flag("refuseconnection") }

    package var permitRootLogin: RootLogin? {
        switch first("permitrootlogin")?.bytes {
        case Array("yes".utf8): .yes
        case Array("no".utf8): .no
        case Array("without-password".utf8), Array("prohibit-password".utf8): .keysOnly
        case Array("forced-commands-only".utf8): .forcedCommandsOnly
        default: nil
        }
    }

    /// The lists of methods, each of which suffices if completed in its order; empty where any single method does.
    package var authenticationMethods: [[ForeignText]] {
        let lists = words("authenticationmethods")
        return lists == [ForeignText("any")] ? [] : lists.map { Self.split($0, at: UInt8(ascii: ",")) }
    }

    /// The values of `AuthorizedKeysFile`, to be read by `AuthorizedKeysLocation`. A `~` was root's, and is expanded.
    package var authorizedKeysFiles: [ForeignText] { words("authorizedkeysfile") }
    package var authorizedKeysCommand: ForeignText? { setting("authorizedkeyscommand") }
    package var authorizedKeysCommandUser: ForeignText? { setting("authorizedkeyscommanduser") }
    package var pubkeyAcceptedAlgorithms: [ForeignText] { list("pubkeyacceptedalgorithms") }
    /// Keys that no longer open anything, whoever presents them.
    package var revokedKeys: ForeignText? { setting("revokedkeys") }

    package var forceCommand: ForeignText? { setting("forcecommand") }
    package var chrootDirectory: ForeignText? { setting("chrootdirectory") }

    package var maxAuthTries: Int? { number("maxauthtries") }
    package var maxSessions: Int? { number("maxsessions") }
    /// In seconds; 0 is without end.
    package var loginGraceTime: Int? { number("logingracetime") }

    package var maxStartups: Startups? {
        let parts = first("maxstartups").map { Self.split($0, at: UInt8(ascii: ":")) } ?? []
        let numbers = parts.compactMap { SSHDNumber.decimal($0.bytes) }
        guard parts.count == 3, numbers.count == 3 else { return nil }
        return Startups(begin: numbers[0], rate: numbers[1], full: numbers[2])
    }

    /// The lists of users and groups, of which a `-C` has chosen those in force.
    package var access: SSHDAccess {
        var access = SSHDAccess()
        access.denyUsers = all("denyusers").map { .init($0) }
        access.allowUsers = all("allowusers").map { .init($0) }
        access.denyGroups = all("denygroups").map { .init($0) }
        access.allowGroups = all("allowgroups").map { .init($0) }
        return access
    }

    /// `HOST:PORT`, an IPv6 address in brackets, and ` rdomain NAME` behind it (`format_listen_addrs`).
    private static func listenAddress(_ text: ForeignText) -> ListenAddress? {
        let words = split(text, at: SSHDLexer.space)
        guard let bytes = words.first?.bytes, let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            let port = SSHDNumber.decimal(bytes[(colon + 1)...])
        else { return nil }
        var host = bytes[..<colon]
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") { host = host.dropFirst().dropLast() }
        let domain = words.count == 3 && words[1] == ForeignText("rdomain") ? words[2] : nil
        return ListenAddress(host: ForeignText(host), port: port, routingDomain: domain)
    }
}
