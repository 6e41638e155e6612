/// One finished transaction in the list of them.
package struct TransactionLine: Hashable, Sendable {
    package let id: String
    package let time: String
    package let what: String
    /// Why it cannot be undone, or not as it is; nil where it can.
    package let obstacle: String?

    package init(id: String, time: String, what: String, obstacle: String?) {
        self.id = id
        self.time = time
        self.what = what
        self.obstacle = obstacle
    }

    /// For people, the newest first as given; nothing where there are none.
    package static func text(_ lines: [TransactionLine]) -> String {
        if lines.isEmpty { return "" }
        let rows = lines.map { line in
            let undo = line.obstacle.map { "cannot be undone: \($0)" } ?? "can be undone"
            return "  \(ForeignText(line.id).escaped()) (\(line.time)): \(ForeignText(line.what).escaped(limit: 400))\n    "
                + ForeignText(undo).escaped(limit: 1000) + "\n"
        }
        return "transactions, the newest first:\n" + rows.joined()
    }

    package static func document(_ lines: [TransactionLine]) -> JSONOutput {
        .array(
            lines.map { line in
                .object([
                    ("id", .string(line.id)), ("time", .string(line.time)), ("what", .string(line.what)),
                    ("undoable", .bool(line.obstacle == nil)), ("obstacle", line.obstacle.map { .string($0) } ?? .null),
                ])
            })
    }
}
