/// The interfaces of the default routes, from the kernel's tables (proc(5)): by them connections from elsewhere come in.
package enum DefaultRoutes {
    /// - Parameters:
    ///   - ipv4: `/proc/net/route`.
    ///   - ipv6: `/proc/net/ipv6_route`.
    package static func interfaces(ipv4: [UInt8], ipv6: [UInt8]) -> [String] {
        func rows(_ table: [UInt8]) -> [[String]] {
            table.split(separator: UInt8(ascii: "\n")).map { line in
                line.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
            }
        }
        // Iface Destination Gateway Flags RefCnt Use Metric Mask …
        let first = rows(ipv4).filter { $0.count > 7 && $0[1] == "00000000" && $0[7] == "00000000" }.map { $0[0] }
        // destination length source length next-hop metric references use flags device
        let zeros = String(repeating: "0", count: 32)
        let second = rows(ipv6).filter { $0.count > 9 && $0[0] == zeros && $0[1] == "00" }.map { $0[9] }
        return (first + second).reduce(into: []) { found, name in
            if name != "lo", !found.contains(name) { found.append(name) }
        }
    }
}
