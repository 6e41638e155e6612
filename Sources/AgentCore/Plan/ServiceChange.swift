/// One change to what is the SSH service's, for all: its configuration, units, keys and ways in.
package enum ServiceChange: Hashable, Sendable {
    /// Nothing yet: from here on, taking back ends with the service serving as it does now. First among a plan's steps, so that
    /// it is taken back last, when all files are what they were.
    case guarded(unit: String, isActive: Bool)
    /// sshd's configuration, in one piece; the old files are kept for `restore_backup_ssh` unless there is a backup already.
    case configure(ConfigurationChange)
    /// The configuration from before this agent's first change.
    case restore(RestorePlan)
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
    /// Lets connections to a port in.
    case accept(FirewallOpening)
    /// Connects: banner, key exchange, host key. Anything else is a fault, and everything is taken back.
    case connect
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
        }
    }

    private static func fields(_ rule: FirewallOpening.Rule) -> [(String, JSONOutput)] {
        [
            ("family", .string(rule.family)), ("table", .string(rule.table)), ("chain", .string(rule.chain)),
            ("mark", .string(rule.mark)),
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
            guard let family = string("family"), let table = string("table"), let chain = string("chain"), let mark = string("mark") else {
                return nil
            }
            let rule = FirewallOpening.Rule(family: family, table: table, chain: chain, mark: mark)
            self = string("kind") == "rule" ? .rule(rule) : .removedRule(rule)
        default: return nil
        }
    }
}
