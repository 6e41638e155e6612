internal import CSystemd
internal import Glibc

/// A unit without a file, which systemd makes and starts: StartTransientUnit (org.freedesktop.systemd1(5)).
struct TransientUnit {
    enum Value {
        case text(String)
        case flag(Bool)
        case signed(Int32)
        case short(UInt32)
        case long(UInt64)
        case shorts([UInt32])
        /// Programs with their arguments, the first of which is the path.
        case commands([[String]])

        fileprivate var signature: String {
            switch self {
            case .text: "s"
            case .flag: "b"
            case .signed: "i"
            case .short: "u"
            case .long: "t"
            case .shorts: "au"
            case .commands: "a(sasb)"
            }
        }
    }

    let name: String
    let properties: [(String, Value)]

    /// Returns once the job is queued.
    func start(naming what: String) throws(Fault) {
        _ = try Bus().call("StartTransientUnit", naming: what) { message in
            var writer = MessageWriter(message)
            writer.text(name)
            writer.text("fail")
            writer.list("(sv)") {
                for (key, value) in properties {
                    $0.container("r", "sv") {
                        $0.text(key)
                        $0.container("v", value.signature) { $0.put(value) }
                    }
                }
            }
            // Auxiliary units: none.
            writer.list("(sa(sv))") { _ in }
            return writer.result
        }
    }
}

/// Appends to a message; the first error stays.
private struct MessageWriter {
    private let message: OpaquePointer
    private(set) var result: Int32 = 0

    init(_ message: OpaquePointer) {
        self.message = message
    }

    mutating func put(_ value: TransientUnit.Value) {
        switch value {
        case .text(let text): self.text(text)
        case .flag(let flag): number("b", Int32(flag ? 1 : 0))
        case .signed(let value): number("i", value)
        case .short(let value): number("u", value)
        case .long(let value): number("t", value)
        case .shorts(let values): list("u") { for value in values { $0.number("u", value) } }
        case .commands(let commands):
            list("(sasb)") {
                for words in commands {
                    $0.container("r", "sasb") {
                        $0.text(words.first ?? "")
                        $0.list("s") { for word in words { $0.text(word) } }
                        $0.number("b", Int32(0))
                    }
                }
            }
        }
    }

    mutating func text(_ text: String) { note(sd_bus_message_append_basic(message, Self.letter("s"), text)) }

    mutating func list(_ signature: String, _ body: (inout MessageWriter) -> Void) { container("a", signature, body) }

    mutating func container(_ type: Character, _ signature: String, _ body: (inout MessageWriter) -> Void) {
        note(sd_bus_message_open_container(message, Self.letter(type), signature))
        body(&self)
        note(sd_bus_message_close_container(message))
    }

    private mutating func number(_ type: Character, _ value: some FixedWidthInteger) {
        var value = value
        note(sd_bus_message_append_basic(message, Self.letter(type), &value))
    }

    private mutating func note(_ code: Int32) { result = min(result, code) }

    private static func letter(_ type: Character) -> CChar { CChar(type.asciiValue ?? 0) }
}
