/// A value read by `JSONReader`. Strings and numbers stay where they were read; see `JSONText`.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(JSONText)
    case array([JSONValue])
    case object(JSONObject)

    /// What it is, for "expected a string, found an array".
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The value, if it is `true` or `false`. A string that says so is not one; see `Settings`.
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The value, if it is a whole number that fits.
    package var integer: Int? {
        if case .number(let number) = self { number.integer } else { nil }
    }

    package var string: JSONText? {
        if case .string(let text) = self { text } else { nil }
    }

    package var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }
}

/// A number as it was written: nothing is rounded, and nothing that only looks like one is taken for a count.
package struct JSONNumber: Sendable {
    private let document: Secret
    private let range: Range<Int>

    init(document: Secret, range: Range<Int>) {
        self.document = document
        self.range = range
    }

    package var text: ForeignText { ForeignText(range.map { document[$0] }) }

    /// Only for digits with or without a minus: not `1.0`, not `1e3`, and nothing beyond 64 bits.
    package var integer: Int? {
        var value = 0
        var isNegative = false
        for index in range {
            let byte = document[index]
            if byte == UInt8(ascii: "-"), index == range.lowerBound {
                isNegative = true
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            // Counted downwards, so that the smallest Int has a way in.
            let (tens, tooMany) = value.multipliedReportingOverflow(by: 10)
            let (next, tooFar) = tens.subtractingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !tooMany, !tooFar else { return nil }
            value = next
        }
        if isNegative { return value }
        return value == Int.min ? nil : -value
    }
}

/// Members in the order in which they were written; no key twice.
package struct JSONObject: Sendable {
    package struct Member: Sendable {
        package let key: JSONText
        package let value: JSONValue
    }

    package let members: [Member]

    init(members: [Member]) {
        self.members = members
    }

    /// The value under a key, `null` as it stands; nil if the key is not there.
    package subscript(key: String) -> JSONValue? {
        members.first { $0.key.spells(key) }?.value
    }

    /// As the subscript, but `null` is the same as absent.
    package func present(_ key: String) -> JSONValue? {
        guard let value = self[key], !value.isNull else { return nil }
        return value
    }
}
