internal import CSystemd
internal import Glibc

/// A killed child that a file system of somebody's holds in the kernel. It ends when that answers or goes, and is init's then.
enum StuckChild {
    /// Moves it out of the agent's own unit: that counts as running while a process is left in it, and no other request would be
    /// taken up before systemd has given up waiting, after twice its TimeoutStopSec.
    static func handOver(_ pid: pid_t) {
        // Where systemd cannot be asked, nothing is worse than it was.
        _ = try? Bus().call("StartTransientUnit", naming: "a process that hangs") { message in
            let results = [
                append("s", "vmaccess-agent-stuck-\(pid).scope", to: message), append("s", "fail", to: message),
                sd_bus_message_open_container(message, letter("a"), "(sv)"),
                property("Description", "s", in: message) { append("s", "Held by a file system that does not answer", to: message) },
                property("CollectMode", "s", in: message) { append("s", "inactive-or-failed", to: message) },
                // A shutdown need not wait: it was killed already.
                property("TimeoutStopUSec", "t", in: message) { number("t", UInt64(1_000_000), to: message) },
                property("PIDs", "au", in: message) {
                    let opened = sd_bus_message_open_container(message, letter("a"), "u")
                    return min(opened, number("u", UInt32(pid), to: message), sd_bus_message_close_container(message))
                },
                sd_bus_message_close_container(message),
                sd_bus_message_open_container(message, letter("a"), "(sa(sv))"),
                sd_bus_message_close_container(message),
            ]
            return results.min() ?? 0
        }
    }

    private static func property(_ name: String, _ type: String, in message: OpaquePointer, _ value: () -> Int32) -> Int32 {
        let results = [
            sd_bus_message_open_container(message, letter("r"), "sv"), append("s", name, to: message),
            sd_bus_message_open_container(message, letter("v"), type), value(),
            sd_bus_message_close_container(message), sd_bus_message_close_container(message),
        ]
        return results.min() ?? 0
    }

    private static func append(_ type: Character, _ text: String, to message: OpaquePointer) -> Int32 {
        sd_bus_message_append_basic(message, letter(type), text)
    }

    private static func number(_ type: Character, _ value: some FixedWidthInteger, to message: OpaquePointer) -> Int32 {
        var value = value
        return sd_bus_message_append_basic(message, letter(type), &value)
    }

    private static func letter(_ type: Character) -> CChar { CChar(type.asciiValue ?? 0) }
}
