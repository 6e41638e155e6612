/// A report as it is kept between two processes of this version.
extension Report {
    package var document: JSONOutput {
        .object([
            ("verdict", .string(verdict.rawValue)), ("message", .string(message)), ("exit", .integer(Int(exitCode.rawValue))),
            (
                "outcomes",
                .array(
                    outcomes.map {
                        .object([
                            ("topic", .string($0.topic.rawValue)), ("verdict", .string($0.verdict.rawValue)),
                            ("message", .string($0.message)),
                        ])
                    })
            ),
        ])
    }

    package init?(_ value: JSONValue) {
        func string(_ object: JSONObject?, _ key: String) -> String? {
            object?.present(key)?.string.map { String(decoding: $0.foreignText.bytes, as: UTF8.self) }
        }
        let object = value.object
        guard let verdict = string(object, "verdict").flatMap(Verdict.init(rawValue:)), let message = string(object, "message"),
            let exit = object?["exit"]?.integer.flatMap({ Int32(exactly: $0) }).flatMap(ExitCode.init(rawValue:)),
            let list = object?["outcomes"]?.array
        else { return nil }
        let outcomes = list.compactMap { value -> Outcome? in
            guard let topic = string(value.object, "topic").flatMap(Topic.init(rawValue:)),
                let verdict = string(value.object, "verdict").flatMap(Verdict.init(rawValue:)),
                let message = string(value.object, "message")
            else { return nil }
            return Outcome(topic, verdict, message)
        }
        guard outcomes.count == list.count else { return nil }
        self.init(verdict: verdict, message: message, outcomes: outcomes, exitCode: exit)
    }
}
