/// How one change is taken back. Written down before the change is made; carrying it out twice, or for a change that never came,
/// does no harm.
package enum Undo: Hashable, Sendable {
    /// A program of the system's that undoes what another did.
    case tool(ToolCall)
    /// The password's old hash, kept in a file of the transaction until it commits, never longer.
    case password(UserName, saved: String)
    /// A file of the system's: what it held (a file of the transaction; nil: it was not there), and its attributes.
    case file(path: String, saved: String?, mode: UInt32, uid: UInt32, gid: UInt32)
    /// A user's keys file: what it held.
    case keys(UserName, path: ForeignText, saved: String?)
    /// The line of a proof in a user's keys file, by its comment.
    case proofLine(UserName, path: ForeignText, marker: String)
    /// A home, or a part of it.
    case home(HomeUndo)
    /// A folder of the system's that was made; removed if it is empty.
    case folder(String)
    case service(ServiceUndo)
}

extension Undo {
    package var document: JSONOutput {
        func saved(_ name: String?) -> JSONOutput { name.map { .string($0) } ?? .null }
        switch self {
        case .tool(let call):
            return .object([
                ("kind", .string("tool")), ("tool", .string(call.tool.rawValue)),
                ("arguments", .array(call.arguments.map { .string($0) })),
            ])
        case .password(let user, let name):
            return .object([("kind", .string("password")), ("user", .string(user.text)), ("saved", .string(name))])
        case .file(let path, let name, let mode, let uid, let gid):
            return .object([
                ("kind", .string("file")), ("path", .string(path)), ("saved", saved(name)), ("mode", .integer(Int(mode))),
                ("uid", .integer(Int(uid))), ("gid", .integer(Int(gid))),
            ])
        case .keys(let user, let path, let name):
            return .object([
                ("kind", .string("keys")), ("user", .string(user.text)), ("path", .string(Hex.text(of: path.bytes))),
                ("saved", saved(name)),
            ])
        case .proofLine(let user, let path, let marker):
            return .object([
                ("kind", .string("proof-line")), ("user", .string(user.text)), ("path", .string(Hex.text(of: path.bytes))),
                ("marker", .string(marker)),
            ])
        case .home(let undo): return undo.document
        case .folder(let path): return .object([("kind", .string("folder")), ("path", .string(path))])
        case .service(let undo): return undo.document
        }
    }

    /// nil where the record is none that this version writes.
    package init?(_ value: JSONValue) {
        guard let object = value.object, let kind = object["kind"]?.string?.foreignText else { return nil }
        func string(_ key: String) -> String? {
            object.present(key)?.string.map { String(decoding: $0.foreignText.bytes, as: UTF8.self) }
        }
        /// The outer nil: damaged. What is damaged must not read as "there was no file".
        func saved() -> String?? {
            guard let value = object["saved"] else { return nil }
            return value.isNull ? .some(nil) : string("saved").map { .some($0) }
        }
        func user() -> UserName? { object["user"]?.string.flatMap { try? UserName($0.foreignText) } }
        func number(_ key: String) -> UInt32? { object[key]?.integer.flatMap { UInt32(exactly: $0) } }
        func path() -> ForeignText? {
            guard let digits = object.present("path")?.string?.foreignText.bytes, digits.count.isMultiple(of: 2) else { return nil }
            let halves = digits.compactMap { Hex.value(of: $0) }
            guard halves.count == digits.count else { return nil }
            return ForeignText(stride(from: 0, to: halves.count, by: 2).map { halves[$0] << 4 | halves[$0 + 1] })
        }
        switch kind {
        case ForeignText("tool"):
            guard let tool = string("tool").flatMap(Tool.init(rawValue:)), let list = object["arguments"]?.array else { return nil }
            let arguments = list.compactMap { $0.string.map { String(decoding: $0.foreignText.bytes, as: UTF8.self) } }
            guard arguments.count == list.count else { return nil }
            self = .tool(ToolCall(tool, arguments))
        case ForeignText("password"):
            guard let user = user(), let saved = string("saved") else { return nil }
            self = .password(user, saved: saved)
        case ForeignText("file"):
            guard let path = string("path"), let saved = saved(), let mode = number("mode"), let uid = number("uid"),
                let gid = number("gid")
            else { return nil }
            self = .file(path: path, saved: saved, mode: mode, uid: uid, gid: gid)
        case ForeignText("keys"):
            guard let user = user(), let path = path(), let saved = saved() else { return nil }
            self = .keys(user, path: path, saved: saved)
        case ForeignText("proof-line"):
            guard let user = user(), let path = path(), let marker = string("marker") else { return nil }
            self = .proofLine(user, path: path, marker: marker)
        case ForeignText("home"):
            guard let undo = HomeUndo(object) else { return nil }
            self = .home(undo)
        case ForeignText("folder"):
            guard let path = string("path") else { return nil }
            self = .folder(path)
        default:
            guard let undo = ServiceUndo(object) else { return nil }
            self = .service(undo)
        }
    }
}
