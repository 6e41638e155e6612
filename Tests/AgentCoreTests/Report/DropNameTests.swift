import AgentCore
import Testing

@Suite("the name of a drop") struct DropNameTests {
    private static func safe(_ name: String) -> String { DropName.safe(Array(name.utf8)) }

    @Test("is kept where it is plain", arguments: ["a", "bob", "reset-1", "2026.01.31_bob", "A-Z", "x.settings", "latest2", "0"])
    func plain(_ name: String) {
        #expect(Self.safe(name) == name)
    }

    @Test(
        "is hexadecimal where it is not, or is a name of the agent's own",
        arguments: [
            ("", "hex."), (".", "hex.2e"), ("..", "hex.2e2e"), (".a", "hex.2e61"), ("-a", "hex.2d61"), ("a b", "hex.612062"),
            ("a\n", "hex.610a"), ("a\r\nb", "hex.610d0a62"), ("\u{f6}", "hex.c3b6"), ("$(x)", "hex.24287829"),
            ("latest", "hex.6c6174657374"), ("hex.61", "hex.6865782e3631"), ("a%", "hex.6125"),
        ])
    func hexadecimal(_ name: String, _ expected: String) {
        #expect(Self.safe(name) == expected)
    }

    @Test("is no name that leads elsewhere or is too long for a file, whatever the bytes")
    func safety() {
        for byte in UInt8.min...UInt8.max {
            for name in [[byte], [byte, byte], [0x61, byte], Array(repeating: byte, count: 246)] {
                let safe = DropName.safe(name)
                #expect(safe.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-".utf8.contains($0) })
                #expect(safe != "." && safe != ".." && safe != "latest" && !safe.hasPrefix("-") && !safe.hasPrefix("."))
                // `3-NAME.settings` and `.NAME.status.1234567.new` have to fit as well.
                #expect(safe.utf8.count <= 225)
            }
        }
    }

    @Test("is one drop's alone")
    func injective() {
        var names: [[UInt8]] = [[], Array("latest".utf8), Array("hex.".utf8), Array("hex.2e".utf8), Array("HEX.2e".utf8)]
        for one in UInt8.min...UInt8.max {
            names.append([one])
            for other in [UInt8(ascii: "a"), 0, 0x2e, 0xff] { names.append([one, other]) }
        }
        // Long ones differ in their length, their beginning, their middle or their end.
        for length in 99...246 {
            names.append(Array(repeating: UInt8(ascii: "a"), count: length))
            names.append(Array(repeating: 0x20, count: length))
        }
        for position in 0..<246 {
            var name = Array(repeating: UInt8(ascii: "b"), count: 246)
            name[position] = UInt8(ascii: "c")
            names.append(name)
        }
        // What a long name becomes is no other name's either.
        names.append(Array(DropName.safe(Array(repeating: UInt8(ascii: "a"), count: 246)).utf8))
        #expect(Set(names).count == names.count)
        #expect(Set(names.map { DropName.safe($0) }).count == names.count)
    }
}
