internal import CSystemd
internal import Glibc

/// A connection to systemd, sd-bus(3).
///
/// Root speaks to systemd's own socket, as systemctl does: no D-Bus daemon need be running. Else over the system bus.
final class Bus {
    private let bus: OpaquePointer
    private static let manager = "org.freedesktop.systemd1"

    init() throws(Fault) {
        if let direct = Bus.connectDirectly() {
            bus = direct
        } else {
            var shared: OpaquePointer?
            let result = sd_bus_open_system(&shared)
            guard result >= 0, let shared else { throw Fault("ask systemd", errno: -result) }
            bus = shared
        }
        sd_bus_set_method_call_timeout(bus, 25_000_000)
    }

    deinit {
        sd_bus_flush_close_unref(bus)
    }

    private static func connectDirectly() -> OpaquePointer? {
        var bus: OpaquePointer?
        guard geteuid() == 0, sd_bus_new(&bus) >= 0 else { return nil }
        if sd_bus_set_address(bus, "unix:path=/run/systemd/private") >= 0, sd_bus_start(bus) >= 0, let bus { return bus }
        sd_bus_unref(bus)
        return nil
    }

    /// The unit's object; loads it if it was not. A unit without a file has an object too (its LoadState says `not-found`).
    func unitPath(_ unit: String) throws(Fault) -> String {
        let reply = try call("LoadUnit", naming: unit) { sd_bus_message_append_basic($0, CChar(UInt8(ascii: "s")), unit) }
        var path: UnsafePointer<CChar>?
        let result = withUnsafeMutablePointer(to: &path) { sd_bus_message_read_basic(reply.message, CChar(UInt8(ascii: "o")), $0) }
        guard result >= 0, let path else { throw Fault("ask systemd for \(unit)", errno: -result) }
        return String(cString: path)
    }

    func string(_ property: String, of path: String, _ interface: String) throws(Fault) -> String {
        var value: UnsafeMutablePointer<CChar>?
        let result = sd_bus_get_property_string(bus, Bus.manager, path, "\(Bus.manager).\(interface)", property, nil, &value)
        guard result >= 0, let value else { throw Fault("ask systemd for \(property)", errno: -result) }
        defer { free(value) }
        return String(cString: value)
    }

    func number(_ property: String, of path: String, _ interface: String) throws(Fault) -> UInt32 {
        var value: UInt32 = 0
        let result = sd_bus_get_property_trivial(
            bus, Bus.manager, path, "\(Bus.manager).\(interface)", property, nil, CChar(UInt8(ascii: "u")), &value)
        guard result >= 0 else { throw Fault("ask systemd for \(property)", errno: -result) }
        return value
    }

    /// A property read by `body`, which finds the message at the property's value.
    func property<Value>(
        _ property: String, of path: String, _ interface: String, type: String, _ body: (OpaquePointer) -> Value
    ) throws(Fault) -> Value {
        var reply: OpaquePointer?
        let result = sd_bus_get_property(bus, Bus.manager, path, "\(Bus.manager).\(interface)", property, nil, &reply, type)
        guard result >= 0, let reply else { throw Fault("ask systemd for \(property)", errno: -result) }
        defer { sd_bus_message_unref(reply) }
        return body(reply)
    }

    /// `running`, `degraded`, `maintenance` and so on (systemctl(1), is-system-running).
    func managerState() throws(Fault) -> String {
        try string("SystemState", of: "/org/freedesktop/systemd1", "Manager")
    }

    struct Reply: ~Copyable {
        let message: OpaquePointer
        deinit { sd_bus_message_unref(message) }
    }

    /// A method of systemd's manager.
    func call(_ method: String, naming subject: String, _ fill: (OpaquePointer) -> Int32) throws(Fault) -> Reply {
        var message: OpaquePointer?
        var result = sd_bus_message_new_method_call(
            bus, &message, Bus.manager, "/org/freedesktop/systemd1", "\(Bus.manager).Manager", method)
        guard result >= 0, let message else { throw Fault("ask systemd for \(subject)", errno: -result) }
        defer { sd_bus_message_unref(message) }
        result = fill(message)
        guard result >= 0 else { throw Fault("ask systemd for \(subject)", errno: -result) }
        var error = sd_bus_error()
        defer { sd_bus_error_free(&error) }
        var reply: OpaquePointer?
        result = sd_bus_call(bus, message, 0, &error, &reply)
        guard result >= 0, let reply else {
            let words = error.message.map { String(cString: $0) }
            throw words.map { Fault("\(method) \(subject)", cause: $0) } ?? Fault("\(method) \(subject)", errno: -result)
        }
        return Reply(message: reply)
    }
}
