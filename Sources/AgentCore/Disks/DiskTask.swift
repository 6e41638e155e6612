/// One file system to check or repair: by a unit of its own, since that may take hours, and is not to be cut short by anybody.
package struct DiskTask: Hashable, Sendable {
    package enum Action: String, Sendable {
        /// Looks, and changes nothing.
        case check
        case repair
    }

    package let action: Action
    package let name: String
    package let number: DeviceNumber
    /// Of the file system.
    package let type: String
    /// Where it is mounted: unmounted before, and mounted again afterwards.
    package let points: [ForeignText]

    package init(_ action: Action, name: String, number: DeviceNumber, type: String, points: [ForeignText] = []) {
        self.action = action
        self.name = name
        self.number = number
        self.type = type
        self.points = points
    }

    package var node: String { "/dev/" + BlockDevice.path(of: name) }

    /// As an order, for the dry run.
    package var summary: String {
        let command = FileSystemChecker(for: type)?.call(action, node)?.commandLine ?? ""
        guard action == .repair else { return "check the \(type) file system of \(node): \(command)" }
        let shown = points.map { $0.escaped() }.joined(separator: ", ")
        let around = points.isEmpty ? "" : "; for that it is unmounted from \(shown), and mounted again"
        return "repair the \(type) file system of \(node): \(command)\(around)"
    }

    package var document: JSONOutput {
        .object([
            ("action", .string(action.rawValue)), ("name", .string(name)), ("major", .integer(Int(number.major))),
            ("minor", .integer(Int(number.minor))), ("type", .string(type)),
            ("points", .array(points.map { .string(Hex.text(of: $0.bytes)) })),
        ])
    }

    package init?(_ value: JSONValue) {
        func string(_ key: String) -> String? {
            value.object?.present(key)?.string.map { String(decoding: $0.foreignText.bytes, as: UTF8.self) }
        }
        func number(_ key: String) -> UInt32? { value.object?[key]?.integer.flatMap { UInt32(exactly: $0) } }
        guard let action = string("action").flatMap(Action.init(rawValue:)), let name = string("name"), let type = string("type"),
            let major = number("major"), let minor = number("minor"), let points = value.object?["points"]?.array
        else { return nil }
        let bytes = points.compactMap { $0.string.flatMap { Hex.bytes(of: $0.foreignText.bytes) } }
        guard bytes.count == points.count else { return nil }
        self.init(
            action, name: name, number: DeviceNumber(major: major, minor: minor), type: type, points: bytes.map { ForeignText($0) })
    }
}
