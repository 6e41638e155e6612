/// A keyword of sshd_config, under the one name that sshd itself uses for it.
///
/// Aliases, and how several lines of one keyword combine, are from the `keywords` table and the cases of
/// `process_server_config_line_depth` in servconf.c (9.2 and 10.0). Keywords unknown here combine as most do.
package struct SSHDKeyword: Hashable, Sendable {
    /// Lower case, and the name that `sshd -T` prints.
    package let name: ForeignText

    package init(_ written: ForeignText) {
        let lower = ForeignText(SSHDLexer.lowercased(written.bytes))
        name = Self.aliases[lower] ?? lower
    }

    package init(_ name: String) {
        self.init(ForeignText(name))
    }

    /// Which of several lines counts, among those that hold for a connection.
    enum Combination {
        /// The first.
        case first
        /// The last.
        case last
        /// All of them, as one list.
        case all
        /// All of them, but of those with the same first argument the first.
        case allNamed
        /// The first or the last: versions of sshd differ.
        case depends
    }

    var combination: Combination { Self.combinations[name] ?? .first }

    /// Whether sshd refuses it in a `Match` block.
    var isGlobalOnly: Bool { Self.globalOnly.contains(name) }

    /// Whether its argument is the rest of the line, quotes and `#` included.
    var takesRestOfLine: Bool { Self.rawKeywords.contains(name) }

    static let match = SSHDKeyword("match")
    static let include = SSHDKeyword("include")
    static let useDNS = SSHDKeyword("usedns")

    private static func names(_ text: String) -> [ForeignText] {
        text.utf8.split { $0 == SSHDLexer.space || $0 == SSHDLexer.newline }.map { ForeignText($0) }
    }

    private static let aliases: [ForeignText: ForeignText] = {
        let pairs = [
            ("challengeresponseauthentication", "kbdinteractiveauthentication"),
            ("skeyauthentication", "kbdinteractiveauthentication"),
            ("dsaauthentication", "pubkeyauthentication"),
            ("pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms"),
            ("hostbasedacceptedkeytypes", "hostbasedacceptedalgorithms"),
            ("hostdsakey", "hostkey"),
            ("keepalive", "tcpkeepalive"),
            ("gssapicleanupcreds", "gssapicleanupcredentials"),
        ]
        return Dictionary(uniqueKeysWithValues: pairs.map { (ForeignText($0), ForeignText($1)) })
    }()

    private static let combinations: [ForeignText: Combination] = {
        var table: [ForeignText: Combination] = [:]
        let all = """
            port listenaddress hostkey hostcertificate allowusers denyusers allowgroups denygroups acceptenv
            persourcepenalties
            """
        for name in names(all) { table[name] = .all }
        table[ForeignText("subsystem")] = .allNamed
        for name in names("maxstartups ipqos fingerprinthash streamlocalbindmask persourcenetblocksize") { table[name] = .last }
        // 9.2 takes the last PerSourceMaxStartups and 10.0 the first; `none` resets the other one at any place.
        for name in names("persourcemaxstartups unusedconnectiontimeout") { table[name] = .depends }
        return table
    }()

    /// `subsystem` is left out: 9.2 refuses it in a `Match` block, 10.0 does not.
    private static let globalOnly = Set(
        names(
            """
            usepam port hostkey hostkeyagent hostcertificate pidfile modulifile logingracetime syslogfacility
            hostkeyalgorithms gssapicleanupcredentials gssapistrictacceptorcheck gssapikeyexchange
            gssapistorecredentialsonrekey gssapikexalgorithms kerberosorlocalpasswd kerberosticketcleanup
            listenaddress addressfamily printmotd printlastlog ignoreuserknownhosts xauthlocation strictmodes
            permituserenvironment compression tcpkeepalive ciphers macs kexalgorithms protocol maxstartups
            persourcemaxstartups persourcenetblocksize persourcepenalties persourcepenaltyexemptlist usedns
            versionaddendum fingerprinthash securitykeyprovider sshdsessionpath sshdauthpath debianbanner
            """))

    private static let rawKeywords = Set(
        names("forcecommand authorizedkeyscommand authorizedprincipalscommand versionaddendum"))
}
