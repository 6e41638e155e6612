internal import AgentCore
internal import CSystemd
internal import Glibc

/// Changing units, over systemd's bus.
extension SSHService {
    static let serviceNames = ["ssh.service", "sshd.service"]
    static let socketNames = ["ssh.socket", "sshd.socket"]

    func units() -> Known<ServiceUnits> {
        do throws(Fault) {
            let bus = try self.bus()
            return .known(
                ServiceUnits(services: try units(Self.serviceNames, bus), sockets: try units(Self.socketNames, bus)))
        } catch {
            return .unknown(error.message)
        }
    }

    private func units(_ names: [String], _ bus: Bus) throws(Fault) -> [ServiceUnits.Unit] {
        var paths: [String] = []
        var units: [ServiceUnits.Unit] = []
        for name in names {
            let path = try bus.unitPath(name)
            if paths.contains(path) { continue }
            paths.append(path)
            let load = try bus.string("LoadState", of: path, "Unit")
            if load == "not-found" { continue }
            var listening: [String: Int] = [:]
            for file in name.hasSuffix(".socket") ? try overrides(of: name) : [] {
                if let contents = try root.read(file) { listening[file] = AddedOptions.line(ofListeningIn: contents) }
            }
            units.append(
                ServiceUnits.Unit(
                    name: name, load: load, active: try bus.string("ActiveState", of: path, "Unit"),
                    file: try bus.string("UnitFileState", of: path, "Unit"), listening: listening))
        }
        return units
    }

    func isEnabled(_ unit: String) throws(Fault) -> Bool {
        let bus = try self.bus()
        return try bus.string("UnitFileState", of: bus.unitPath(unit), "Unit").hasPrefix("enabled")
    }

    func isActive(_ unit: String) throws(Fault) -> Bool {
        let bus = try self.bus()
        return try bus.string("ActiveState", of: bus.unitPath(unit), "Unit") == "active"
    }

    /// Whether nothing of a unit runs: also one that is told to stop runs until it has.
    func isOver(_ unit: String) throws(Fault) -> Bool {
        let bus = try self.bus()
        return ["inactive", "failed"].contains(try bus.string("ActiveState", of: bus.unitPath(unit), "Unit"))
    }

    /// The administrator's own pieces of a unit, which systemd puts over the distribution's.
    func overrides(of unit: String) throws(Fault) -> [String] {
        let bus = try self.bus()
        let path = try bus.unitPath(unit)
        var files = try bus.property("DropInPaths", of: path, "Unit", type: "as", Self.strings)
        files.append(try bus.string("FragmentPath", of: path, "Unit"))
        return files.filter { $0.hasPrefix("/etc/systemd/") || $0.hasPrefix("/run/systemd/system/") }
    }

    // MARK: jobs

    /// Has systemd do something to a unit, and waits until it has.
    ///
    /// - Parameter method: `StartUnit`, `RestartUnit`, `ReloadUnit`, `StopUnit`.
    /// - Parameter mode: what becomes of other jobs and units (org.freedesktop.systemd1(5)).
    /// - Throws: where the job is refused, or is not done in time. Whether the unit then runs is for the caller to ask.
    func job(_ method: String, _ unit: String, mode: String = "replace", seconds: Double = 60) throws(Fault) {
        let bus = try self.bus()
        _ = try bus.call(method, naming: unit) { message in
            let result = sd_bus_message_append_basic(message, CChar(UInt8(ascii: "s")), unit)
            return result < 0 ? result : sd_bus_message_append_basic(message, CChar(UInt8(ascii: "s")), mode)
        }
        try Self.await(unit, doing: method, bus, seconds: seconds)
    }

    /// Waits until systemd has nothing left to do to a unit.
    func await(_ unit: String, seconds: Double) throws(Fault) { try Self.await(unit, doing: "start", bus(), seconds: seconds) }

    /// Whether there is a file for a unit.
    func isKnown(_ unit: String) throws(Fault) -> Bool {
        let bus = try self.bus()
        return try bus.string("LoadState", of: bus.unitPath(unit), "Unit") != "not-found"
    }

    private static func await(_ unit: String, doing method: String, _ bus: Bus, seconds: Double) throws(Fault) {
        let path = try bus.unitPath(unit)
        let deadline = Deadline.seconds(seconds)
        while true {
            let job = try bus.property("Job", of: path, "Unit", type: "(uo)") { message -> UInt32 in
                var id: UInt32 = 0
                guard sd_bus_message_enter_container(message, CChar(UInt8(ascii: "r")), "uo") > 0 else { return 0 }
                _ = sd_bus_message_read_basic(message, CChar(UInt8(ascii: "u")), &id)
                return id
            }
            if job == 0 { return }
            if deadline.hasPassed { throw Fault("\(method) \(unit)", cause: "systemd has not done it in time") }
            deadline.pause(milliseconds: 5)
        }
    }

    /// Whether the machine is still booting: what is to be started then waits for the recovery, which must not wait for it.
    func isBooting() throws(Fault) -> Bool {
        ["initializing", "starting"].contains(try bus().managerState())
    }

    /// systemd reads all unit files again.
    func reloadManager() throws(Fault) { _ = try bus().call("Reload", naming: "its unit files") { _ in 0 } }

    /// Forgets that a unit failed, or failed too often.
    func resetFailed(_ unit: String) {
        _ = try? bus().call("ResetFailedUnit", naming: unit) { sd_bus_message_append_basic($0, CChar(UInt8(ascii: "s")), unit) }
    }

    // MARK: unit files

    func unmask(_ unit: String) throws(Fault) {
        try unitFiles("UnmaskUnitFiles", unit, [false])
        try unitFiles("UnmaskUnitFiles", unit, [true])
        try reloadManager()
    }

    func mask(_ unit: String) throws(Fault) {
        try unitFiles("MaskUnitFiles", unit, [false, true])
        try reloadManager()
    }

    func enable(_ unit: String) throws(Fault) {
        try unitFiles("EnableUnitFiles", unit, [false, true])
        try reloadManager()
    }

    func disable(_ unit: String) throws(Fault) {
        try unitFiles("DisableUnitFiles", unit, [false])
        try reloadManager()
    }

    /// - Parameter flags: `runtime`, and for some `force`.
    private func unitFiles(_ method: String, _ unit: String, _ flags: [Bool]) throws(Fault) {
        _ = try bus().call(method, naming: unit) { message in
            var result = sd_bus_message_open_container(message, CChar(UInt8(ascii: "a")), "s")
            if result >= 0 { result = sd_bus_message_append_basic(message, CChar(UInt8(ascii: "s")), unit) }
            if result >= 0 { result = sd_bus_message_close_container(message) }
            for flag in flags where result >= 0 {
                var value: Int32 = flag ? 1 : 0
                result = sd_bus_message_append_basic(message, CChar(UInt8(ascii: "b")), &value)
            }
            return result
        }
    }
}
