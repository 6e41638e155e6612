/// The devices that are the machine's console: `/sys/class/tty/console/active` names them (Documentation/ABI/testing/sysfs-tty of Linux),
/// the last one being what `/dev/console` stands for.
package enum ConsoleDevices {
    package static let active = "/sys/class/tty/console/active"

    /// - Parameter names: what that file says; nil where there is none.
    package static func paths(_ names: [UInt8]?) -> [String] {
        let words = (names ?? []).split { $0 == 0x20 || $0 == 0x0a }
        // Names of devices of the kernel's own; nothing else is opened.
        let plain = words.dropLast().filter {
            $0.allSatisfy { byte in byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a }
        }
        return ["/dev/console"] + plain.map { "/dev/\(String(decoding: $0, as: UTF8.self))" }
    }
}
