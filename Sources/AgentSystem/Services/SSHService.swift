package import AgentCore
internal import CSystemd
internal import Glibc

/// The SSH service: which unit it is, how it starts sshd, and which sockets are its own.
package struct SSHService: Sendable {
    private let root: Root

    private let isRescue: Bool
    static let rescue = Fault("ask systemd", cause: "this is a rescue shell; it is asked at the next boot")

    package init(root: Root, isRescue: Bool = false) {
        self.root = root
        self.isRescue = isRescue
    }

    func bus() throws(Fault) -> Bus {
        if isRescue { throw Self.rescue }
        return try Bus()
    }

    /// Names that distributions give it. A unit that runs comes before one that only exists.
    private static let units = ["ssh.service", "sshd.service"]
    private static let sockets = ["ssh.socket", "sshd.socket"]

    package func answer() -> ServiceAnswer {
        do throws(Fault) {
            return try observe(bus())
        } catch {
            return ServiceAnswer(state: .unknown(error.message), unit: nil)
        }
    }

    /// Stops a unit (systemd's `StopUnit`); returns once the job is queued.
    package func stop(_ unit: String) throws(Fault) {
        _ = try bus().call("StopUnit", naming: unit) { message in
            let result = sd_bus_message_append_basic(message, CChar(UInt8(ascii: "s")), unit)
            return result < 0 ? result : sd_bus_message_append_basic(message, CChar(UInt8(ascii: "s")), "replace")
        }
    }

    private struct Unit {
        let name: String
        let path: String
        let load: String
        let active: String
    }

    private func observe(_ bus: Bus) throws(Fault) -> ServiceAnswer {
        let services = try units(Self.units, bus).filter { $0.load != "not-found" }
        let sockets = try units(Self.sockets, bus).filter { $0.load != "not-found" }
        let service = services.first { $0.active == "active" } ?? services.first { $0.load == "loaded" } ?? services.first
        var arguments: [String] = []
        if let service, service.load == "loaded" { arguments = try execArguments(service, bus) }
        let socket = sockets.first { $0.active == "active" }
        let bothFamilies = try socket.map { (unit) throws(Fault) in try carriesIPv4(unit, bus) } ?? false
        if let service, service.active == "active" {
            let pid = try bus.number("MainPID", of: service.path, "Service")
            let sockets = try Self.sockets(heldBy: pid_t(pid)) { _ in true }
            if !sockets.own.isEmpty {
                return ServiceAnswer(
                    state: .running, unit: service.name, arguments: arguments,
                    listeners: Self.listeners(sockets.own, bothFamilies: bothFamilies), strangers: sockets.strangers)
            }
        }
        if let socket {
            let ports = try Self.ports(of: socket.path, bus)
            let sockets = try Self.sockets(heldBy: 1) { ports.contains($0) }
            return ServiceAnswer(
                state: .listeningBySocket, unit: socket.name, arguments: arguments,
                listeners: Self.listeners(sockets.own, bothFamilies: bothFamilies), strangers: sockets.strangers)
        }
        guard let service else { return ServiceAnswer(state: .missing, unit: nil) }
        if service.active == "active" { return ServiceAnswer(state: .running, unit: service.name, arguments: arguments) }
        return ServiceAnswer(
            state: .stopped(service.load == "masked" ? "masked" : service.active), unit: service.name, arguments: arguments)
    }

    private func units(_ names: [String], _ bus: Bus) throws(Fault) -> [Unit] {
        var units: [Unit] = []
        for name in names {
            let path = try bus.unitPath(name)
            // An alias leads to the same object; it is looked at once.
            if units.contains(where: { $0.path == path }) { continue }
            units.append(
                Unit(
                    name: name, path: path, load: try bus.string("LoadState", of: path, "Unit"),
                    active: try bus.string("ActiveState", of: path, "Unit")))
        }
        return units
    }

    // MARK: how sshd is started

    /// The arguments of ExecStart, with `$NAME` and `${NAME}` replaced as systemd.service(5) says, from Environment and
    /// EnvironmentFile.
    private func execArguments(_ unit: Unit, _ bus: Bus) throws(Fault) -> [String] {
        let words = try bus.property("ExecStart", of: unit.path, "Service", type: "a(sasbttttuii)", Self.firstCommand)
        let files = try bus.property("EnvironmentFiles", of: unit.path, "Service", type: "a(sb)", Self.firstStrings)
        var environment = ServiceEnvironment()
        for assignment in try bus.property("Environment", of: unit.path, "Service", type: "as", Self.strings) {
            environment.set(assignment)
        }
        for file in files {
            if let contents = try root.read(file) { environment.read(contents) }
        }
        return environment.expand(words.dropFirst())
    }

    private static func firstCommand(_ message: OpaquePointer) -> [String] {
        guard sd_bus_message_enter_container(message, CChar(UInt8(ascii: "a")), "(sasbttttuii)") > 0,
            sd_bus_message_enter_container(message, CChar(UInt8(ascii: "r")), "sasbttttuii") > 0
        else { return [] }
        var program: UnsafePointer<CChar>?
        _ = withUnsafeMutablePointer(to: &program) { sd_bus_message_read_basic(message, CChar(UInt8(ascii: "s")), $0) }
        return strings(message)
    }

    private static func firstStrings(_ message: OpaquePointer) -> [String] {
        var found: [String] = []
        guard sd_bus_message_enter_container(message, CChar(UInt8(ascii: "a")), "(sb)") > 0 else { return [] }
        while sd_bus_message_enter_container(message, CChar(UInt8(ascii: "r")), "sb") > 0 {
            var word: UnsafePointer<CChar>?
            var flag: Int32 = 0
            _ = withUnsafeMutablePointer(to: &word) { sd_bus_message_read_basic(message, CChar(UInt8(ascii: "s")), $0) }
            _ = sd_bus_message_read_basic(message, CChar(UInt8(ascii: "b")), &flag)
            sd_bus_message_exit_container(message)
            if let word { found.append(String(cString: word)) }
        }
        return found
    }

    /// A value of the type `as`.
    static func strings(_ message: OpaquePointer) -> [String] {
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        guard sd_bus_message_read_strv(message, &list) >= 0, let list else { return [] }
        var words: [String] = []
        var index = 0
        while let word = list[index] {
            words.append(String(cString: word))
            free(word)
            index += 1
        }
        free(list)
        return words
    }

    private static func ports(of path: String, _ bus: Bus) throws(Fault) -> Set<UInt16> {
        let addresses = try bus.property("Listen", of: path, "Socket", type: "a(ss)") { message -> [String] in
            var found: [String] = []
            guard sd_bus_message_enter_container(message, CChar(UInt8(ascii: "a")), "(ss)") > 0 else { return [] }
            while sd_bus_message_enter_container(message, CChar(UInt8(ascii: "r")), "ss") > 0 {
                var kind: UnsafePointer<CChar>?
                var address: UnsafePointer<CChar>?
                _ = withUnsafeMutablePointer(to: &kind) { sd_bus_message_read_basic(message, CChar(UInt8(ascii: "s")), $0) }
                _ = withUnsafeMutablePointer(to: &address) { sd_bus_message_read_basic(message, CChar(UInt8(ascii: "s")), $0) }
                sd_bus_message_exit_container(message)
                if let address { found.append(String(cString: address)) }
            }
            return found
        }
        return Set(addresses.compactMap { $0.split(separator: ":").last.flatMap { UInt16($0) } })
    }

    /// Whether a socket of systemd's on `::` takes IPv4 as well (systemd.socket(5), BindIPv6Only=), which sshd's own never do and the
    /// kernel's table does not tell.
    private func carriesIPv4(_ socket: Unit, _ bus: Bus) throws(Fault) -> Bool {
        switch try bus.string("BindIPv6Only", of: socket.path, "Socket") {
        case "both": return true
        case "ipv6-only": return false
        default: return try root.read("/proc/sys/net/ipv6/bindv6only")?.first != UInt8(ascii: "1")
        }
    }

    private static func listeners(_ own: [Listener], bothFamilies: Bool) -> [Listener] {
        own.flatMap { listener in
            guard bothFamilies, listener.address == "::" else { return [listener] }
            return [Listener(family: .ipv4, address: "0.0.0.0", port: listener.port), listener]
        }
    }

    // MARK: which sockets are its own

    /// The listening TCP sockets among a process's descriptors, which nobody else can put there; and those of other processes on
    /// the same ports.
    static func sockets(
        heldBy pid: pid_t, onPorts isWanted: (UInt16) -> Bool
    ) throws(Fault) -> (own: [Listener], strangers: [Listener]) {
        let proc = try Root("/proc/\(pid)")
        var held: Set<String> = []
        for name in try proc.names(in: "/fd") {
            var target = [CChar](repeating: 0, count: 64)
            let length = readlink("/proc/\(pid)/fd/\(text(name))", &target, target.count)
            if length > 0 { held.insert(String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)) }
        }
        var own: [Listener] = []
        var others: [Listener] = []
        for (file, family) in [("/net/tcp", Listener.Family.ipv4), ("/net/tcp6", .ipv6)] {
            guard let table = try proc.read(file, limit: 16 << 20) else { continue }
            for (inode, listener) in SocketTable.listeners(in: table, family) {
                if held.contains("socket:[\(inode)]"), isWanted(listener.port) { own.append(listener) } else { others.append(listener) }
            }
        }
        return (own, others.filter { other in own.contains { $0.port == other.port } })
    }
}
