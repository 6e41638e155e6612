/// What came by credential or disk before, by HMAC: such settings stay where they are, and are found again at every boot.
package struct ArrivalMemory: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let mark: String
        package var attempts: Int
        package var isDone: Bool
    }
    /// Begun so often and never ended, also over boots: not tried again.
    package static let attempts = 3
    static let kept = 256
    private static let version = 1

    package private(set) var entries: [Entry] = []

    package init() {}

    package func entry(_ mark: String) -> Entry? { entries.first { $0.mark == mark } }

    package mutating func begin(_ mark: String) { update(mark) { $0.attempts += 1 } }

    package mutating func end(_ mark: String) { update(mark) { $0.isDone = true } }

    /// Told to stop, and all was taken back: to be carried out another time, with its attempts anew.
    package mutating func forget(_ mark: String) { entries.removeAll { $0.mark == mark } }

    private mutating func update(_ mark: String, _ change: (inout Entry) -> Void) {
        var entry = entry(mark) ?? Entry(mark: mark, attempts: 0, isDone: false)
        change(&entry)
        entries.removeAll { $0.mark == mark }
        entries = (entries + [entry]).suffix(Self.kept)
    }

    package var document: JSONOutput {
        let list = entries.map { entry in
            JSONOutput.object([("mark", .string(entry.mark)), ("attempts", .integer(entry.attempts)), ("done", .bool(entry.isDone))])
        }
        return .object([("version", .integer(Self.version)), ("arrivals", .array(list))])
    }

    /// - Returns: nil where the file is damaged or another version's.
    package init?(_ text: Secret) {
        guard let object = (try? JSONReader.read(text))?.root.object, object["version"]?.integer == Self.version,
            let list = object["arrivals"]?.array
        else { return nil }
        for element in list {
            guard let entry = element.object, let mark = entry["mark"]?.string, let attempts = entry["attempts"]?.integer,
                let isDone = entry["done"]?.bool
            else { return nil }
            entries.append(Entry(mark: String(decoding: mark.foreignText.bytes, as: UTF8.self), attempts: attempts, isDone: isDone))
        }
    }
}
