/// One change to what is the SSH service's, for all: its configuration, units, keys and ways in.
package enum ServiceChange: Hashable, Sendable {
    /// Nothing yet: from here on, taking back ends with the service serving as it does now. First among a plan's steps, so that
    /// it is taken back last, when all files are what they were.
    case guarded(unit: String, isActive: Bool)
    /// sshd's configuration, in one piece; the old files are kept for `restore_backup_ssh` unless there is a backup already.
    case configure(ConfigurationChange)
    /// The configuration from before this agent's first change.
    case restore(RestorePlan)
    /// The distribution's own command line of sshd.
    case options(OptionsChange)
    /// Puts a file in place of another, which stays beside it.
    case write(ConfigurationChange.File)
    /// The PAM stacks that all services share, as the distribution has them: pam-auth-update(8).
    case pamDefaults
    /// Lets addresses in again that a jail of fail2ban's keeps away.
    case unban(Ban)
    /// Renames a file out of the way, beside where it was.
    case setAside(String)
    /// Owner root, and these permission bits.
    case protect(String, mode: UInt32)
    /// A directory of root's; made where it is missing.
    case directory(String, mode: UInt32)
    /// Makes the host keys that are missing: `ssh-keygen -A`.
    case hostKeys([String])
    case unmask(String)
    case enable(String)
    /// Starts a unit; what an administrator's overrides break is tried again without them.
    case start(String)
    /// Has the running service read its configuration; sessions go on.
    case reload(String)
    /// Has systemd read its unit files and start the unit anew; sessions go on.
    case restart(String)
    /// Lets connections to a port in.
    case accept(FirewallOpening)
    /// Connects: banner, key exchange, host key. Anything else is a fault, and everything is taken back.
    case connect
}

/// What becomes of the files that add options to sshd's command line.
package struct OptionsChange: Hashable, Sendable {
    /// Environment files, without what they assigned.
    package let files: [ConfigurationChange.File]
    /// Pieces put over the unit, which go out of the way.
    package let overrides: [String]
    /// What sshd is started with then.
    package let arguments: [String]

    package init(files: [ConfigurationChange.File], overrides: [String], arguments: [String]) {
        self.files = files
        self.overrides = overrides
        self.arguments = arguments
    }
}

/// What `restore_backup_ssh` does, by path.
package struct RestorePlan: Hashable, Sendable {
    /// Files whose saved ones come back.
    package let restored: [String]
    /// Files of ours that go.
    package let removed: [String]
    /// The same as a change, for sshd to judge.
    package let change: ConfigurationChange

    package init(restored: [String], removed: [String], change: ConfigurationChange) {
        self.restored = restored
        self.removed = removed
        self.change = change
    }
}

/// How a `ServiceChange` is taken back; see `Undo`.
package enum ServiceUndo: Hashable, Sendable {
    /// Reads units and configuration again and leaves the service running, or stopped, as it was.
    case serving(unit: String, isActive: Bool)
    /// A file that was renamed: back from `to` to `path`.
    case moved(path: String, to: String)
    /// A second name that was given to a file.
    case linked(String)
    case attributes(path: String, mode: UInt32, uid: UInt32, gid: UInt32)
    case mask(String)
    case disable(String)
    /// A rule that was put in.
    case rule(FirewallOpening.Rule)
    /// A rule that ufw was given; or is to be given again.
    case ufw(port: UInt16, opens: Bool)
    /// A rule that firewalld was given; or is to be given again.
    case firewalld(zone: String, port: UInt16, opens: Bool)
    /// The unit is started anew, so that it has the command line that its files give it.
    case restart(String)
    /// Bans that were lifted.
    case bans(Ban)
    /// A rule that was taken out.
    case removedRule(FirewallOpening.Rule)
}

extension ServiceUndo {
    package var document: JSONOutput {
        func record(_ kind: String, _ fields: [(String, JSONOutput)]) -> JSONOutput { .object([("kind", .string(kind))] + fields) }
        switch self {
        case .serving(let unit, let isActive):
            return record("serving", [("unit", .string(unit)), ("active", .bool(isActive))])
        case .moved(let path, let to): return record("moved", [("path", .string(path)), ("to", .string(to))])
        case .linked(let path): return record("linked", [("path", .string(path))])
        case .attributes(let path, let mode, let uid, let gid):
            return record(
                "attributes",
                [("path", .string(path)), ("mode", .integer(Int(mode))), ("uid", .integer(Int(uid))), ("gid", .integer(Int(gid)))])
        case .mask(let unit): return record("mask", [("unit", .string(unit))])
        case .disable(let unit): return record("disable", [("unit", .string(unit))])
        case .rule(let rule): return record("rule", Self.fields(rule))
        case .removedRule(let rule): return record("removed-rule", Self.fields(rule))
        case .bans(let ban):
            return record("bans", [("jail", .string(ban.jail)), ("addresses", .array(ban.addresses.map { .string($0) }))])
        case .ufw(let port, let opens): return record("ufw", [("port", .integer(Int(port))), ("opens", .bool(opens))])
        case .firewalld(let zone, let port, let opens):
            return record("firewalld", [("zone", .string(zone)), ("port", .integer(Int(port))), ("opens", .bool(opens))])
        case .restart(let unit): return record("restart", [("unit", .string(unit))])
        }
    }

    private static func fields(_ rule: FirewallOpening.Rule) -> [(String, JSONOutput)] {
        [
            ("keeper", .string(rule.keeper.rawValue)), ("family", .string(rule.family)), ("table", .string(rule.table)),
            ("chain", .string(rule.chain)), ("mark", .string(rule.mark)),
        ]
    }

    /// nil where the record is none that this version writes.
    package init?(_ object: JSONObject) {
        func string(_ key: String) -> String? {
            object.present(key)?.string.map { String(decoding: $0.foreignText.bytes, as: UTF8.self) }
        }
        func number(_ key: String) -> UInt32? { object[key]?.integer.flatMap { UInt32(exactly: $0) } }
        switch string("kind") {
        case "serving":
            guard let unit = string("unit"), let isActive = object["active"]?.bool else { return nil }
            self = .serving(unit: unit, isActive: isActive)
        case "moved":
            guard let path = string("path"), let to = string("to") else { return nil }
            self = .moved(path: path, to: to)
        case "linked":
            guard let path = string("path") else { return nil }
            self = .linked(path)
        case "attributes":
            guard let path = string("path"), let mode = number("mode"), let uid = number("uid"), let gid = number("gid") else { return nil }
            self = .attributes(path: path, mode: mode, uid: uid, gid: gid)
        case "mask":
            guard let unit = string("unit") else { return nil }
            self = .mask(unit)
        case "disable":
            guard let unit = string("unit") else { return nil }
            self = .disable(unit)
        case "rule", "removed-rule":
            guard let keeper = string("keeper").flatMap(FirewallOpening.Keeper.init), let family = string("family"),
                let table = string("table"), let chain = string("chain"), let mark = string("mark")
            else { return nil }
            let rule = FirewallOpening.Rule(keeper: keeper, family: family, table: table, chain: chain, mark: mark)
            self = string("kind") == "rule" ? .rule(rule) : .removedRule(rule)
        case "bans":
            guard let jail = string("jail"), let list = object["addresses"]?.array else { return nil }
            self = .bans(
                Ban(jail: jail, addresses: list.compactMap { $0.string.map { String(decoding: $0.foreignText.bytes, as: UTF8.self) } }))
        case "ufw":
            guard let port = number("port").flatMap({ UInt16(exactly: $0) }), let opens = object["opens"]?.bool else { return nil }
            self = .ufw(port: port, opens: opens)
        case "firewalld":
            guard let zone = string("zone"), let port = number("port").flatMap({ UInt16(exactly: $0) }), let opens = object["opens"]?.bool
            else { return nil }
            self = .firewalld(zone: zone, port: port, opens: opens)
        case "restart":
            guard let unit = string("unit") else { return nil }
            self = .restart(unit)
        default: return nil
        }
    }
}
