/// A status file, for people.
package enum StatusText {
    /// The lines to print; one that says so where the file is none of ours.
    package static func lines(_ file: [UInt8]) -> [String] {
        guard let document = try? JSONReader.read(Secret(copying: file)), let entry = document.root.array?.first?.object,
            let status = entry["status"]?.object
        else { return ["the status file is damaged"] }
        var lines = ["\(word(status, "status")) (\(word(entry, "timestampUTC"))): \(message(status))"]
        for substatus in status["substatus"]?.array ?? [] {
            guard let part = substatus.object else { continue }
            lines.append("  \(word(part, "name")): \(word(part, "status")): \(message(part))")
        }
        return lines
    }

    private static func word(_ object: JSONObject, _ key: String) -> String {
        object.present(key)?.string?.foreignText.escaped() ?? "?"
    }

    private static func message(_ object: JSONObject) -> String {
        object.present("formattedMessage")?.object?.present("message")?.string?.foreignText.escaped(limit: 4096) ?? ""
    }
}
