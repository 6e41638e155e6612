import AgentCore
import Glibc
import Testing

/// proc(5), `/proc/net/tcp`; lines as Linux 6.1 prints them on x86.
@Suite("the kernel's socket table") struct SocketTableTests {
    private static let head =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                               \n"
    private static let head6 = "  sl  local_address                         remote_address                        st tx_queue rx_queue"
        + " tr tm->when retrnsmt   uid  timeout inode\n"

    private static func line(_ local: String, _ remote: String, _ state: String, _ inode: Int) -> String {
        "   0: \(local) \(remote) \(state) 00000000:00000000 00:00000000 00000000     0        0 \(inode) 1 0000000000000000 100 0 0 10 0\n"
    }

    private static func read(_ text: String, _ family: Listener.Family) -> [String] {
        SocketTable.listeners(in: Array(text.utf8), family).map { "\($0.inode) \($0.listener.address) \($0.listener.port)" }
    }

    @Test("gives the listening sockets of IPv4, their words in the machine's byte order")
    func ipv4() {
        let table =
            Self.head + Self.line("00000000:0016", "00000000:0000", "0A", 18123)
            + Self.line("0100007F:08AE", "00000000:0000", "0A", 18124)
            // Established, time-wait and syn-received are no listeners.
            + Self.line("0400000A:0016", "0900000A:D431", "01", 18125) + Self.line("0400000A:0016", "0900000A:D432", "06", 0)
            + Self.line("0400000A:0016", "0900000A:D433", "03", 0)
            + Self.line("0102A8C0:FFFF", "00000000:0000", "0A", 18126)
        #expect(Self.read(table, .ipv4) == ["18123 0.0.0.0 22", "18124 127.0.0.1 2222", "18126 192.168.2.1 65535"])
    }

    @Test("gives the listening sockets of IPv6")
    func ipv6() {
        let zero = String(repeating: "0", count: 32)
        let table =
            Self.head6 + Self.line("\(zero):0016", "\(zero):0000", "0A", 1)
            + Self.line("00000000000000000000000001000000:0017", "\(zero):0000", "0A", 2)
            // 2001:db8::4
            + Self.line("B80D0120000000000000000004000000:0018", "\(zero):0000", "0A", 3)
            // fe80::211:22ff:fe33:4455
            + Self.line("000080FE00000000FF221102554433FE:0019", "\(zero):0000", "0A", 4)
            // ::ffff:127.0.0.1
            + Self.line("0000000000000000FFFF00000100007F:001A", "\(zero):0000", "0A", 5)
        #expect(
            Self.read(table, .ipv6) == [
                "1 :: 22", "2 ::1 23", "3 2001:db8::4 24", "4 fe80::211:22ff:fe33:4455 25", "5 ::ffff:127.0.0.1 26",
            ])
    }

    @Test(
        "passes over what is no line of it",
        arguments: [
            "", "\n", "0: 00000000:0016", line("00000000", "00000000:0000", "0A", 1), line("0000000G:0016", "00000000:0000", "0A", 1),
            line("00000000:10000", "00000000:0000", "0A", 1), line("000000:0016", "00000000:0000", "0A", 1),
            line("00000000000000000000000000000000:0016", "00000000:0000", "0A", 1), line("00000000:0016", "00000000:0000", "0a", 1),
        ])
    func noLine(_ line: String) {
        #expect(Self.read(Self.head + line, .ipv4) == [])
    }

    @Test("is empty without sockets, and passes its heading over whatever that is")
    func empty() {
        #expect(Self.read(Self.head, .ipv4) == [])
        #expect(Self.read(Self.line("00000000:0016", "00000000:0000", "0A", 1), .ipv4) == [])
    }

    @Test(
        "tells which sockets a connection reaches",
        arguments: [
            ("0.0.0.0", "10.0.0.4", true), ("10.0.0.4", "10.0.0.4", true), ("10.0.0.5", "10.0.0.4", false), ("::", "2001:db8::4", true),
            ("::", "10.0.0.4", false), ("0.0.0.0", "::1", false), ("::1", "::1", true), ("127.0.0.1", "127.0.0.2", false),
        ])
    func answers(_ listening: String, _ address: String, _ expected: Bool) {
        func family(_ text: String) -> Listener.Family { text.contains(":") ? .ipv6 : .ipv4 }
        let listener = Listener(family: family(listening), address: listening, port: 22)
        #expect(listener.answers(at: address, family(address)) == expected)
    }
}

/// RFC 5952.
@Suite("an address") struct IPAddressTests {
    /// Groups of hexadecimal digits, all eight, to bytes.
    private static func bytes(_ groups: String) -> [UInt8] {
        groups.split(separator: ":").flatMap { group -> [UInt8] in
            let value = UInt16(group, radix: 16) ?? 0
            return [UInt8(value >> 8), UInt8(value & 0xff)]
        }
    }

    @Test(
        "is written as RFC 5952 says, section 4 and 5",
        arguments: [
            ("2001:0db8:0:0:0:0:0:0001", "2001:db8::1"),  // 4.1, leading zeros
            ("2001:0db8:0:0:0:0:2:1", "2001:db8::2:1"),  // 4.2.1, as short as can be
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),  // 4.2.2, not one group
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),  // 4.2.3, the longest run
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),  // 4.2.3, the first of equals
            ("2001:DB8:0:0:0:0:AAAA:1", "2001:db8::aaaa:1"),  // 4.3, lower case
            ("0:0:0:0:0:ffff:c000:201", "::ffff:192.0.2.1"),  // 5, an embedded address
            ("0:0:0:0:0:0:0:0", "::"), ("0:0:0:0:0:0:0:1", "::1"), ("2001:db8:0:0:0:0:0:0", "2001:db8::"),
            ("1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"), ("0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"), ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"),
            ("fe80:0:0:0:211:22ff:fe33:4455", "fe80::211:22ff:fe33:4455"),
        ])
    func text(_ groups: String, _ text: String) {
        #expect(IPAddress.text(Self.bytes(groups)) == text)
    }

    @Test("of four bytes is dotted", arguments: [([0, 0, 0, 0], "0.0.0.0"), ([192, 0, 2, 255], "192.0.2.255")] as [([UInt8], String)])
    func dotted(_ bytes: [UInt8], _ text: String) {
        #expect(IPAddress.text(bytes) == text)
    }

    @Test("is written as inet_ntop(3) does, which other programs compare it with")
    func inetNtop() {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        for _ in 0..<2000 {
            // xorshift, with many zero groups.
            var bytes: [UInt8] = []
            for _ in 0..<8 {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                bytes += state % 5 < 3 ? [0, 0] : [UInt8(truncatingIfNeeded: state >> 40) & 3, UInt8(truncatingIfNeeded: state >> 48)]
            }
            // The C library also dots addresses whose first six groups are zero, which RFC 4291 gave up.
            if bytes[..<12].allSatisfy({ $0 == 0 }), bytes[12...] != [0, 0, 0, 0], bytes[12...] != [0, 0, 0, 1] { continue }
            var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            inet_ntop(AF_INET6, bytes, &buffer, socklen_t(buffer.count))
            let expected = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            #expect(IPAddress.text(bytes) == expected)
        }
    }
}
