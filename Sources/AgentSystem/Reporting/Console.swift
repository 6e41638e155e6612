internal import AgentCore
internal import Glibc
internal import Synchronization

/// The machine's console, where a run's events are told as well: who has no login may have that. It may be several devices, such as a
/// screen and a serial line.
///
/// Never waits long for a line that nobody reads: half a second for each thing that is told, two seconds in all; then that device is left
/// alone.
package final class Console: Sendable {
    private struct Device: Sendable {
        let raw: Int32
        /// Milliseconds of waiting that are left.
        var budget: Int32
    }
    private let devices: Mutex<[Device]>
    /// TIOCGDEV of <asm-generic/ioctls.h>, a macro that Swift does not read.
    private static let deviceNumber: UInt = 0x8004_5432

    package convenience init() {
        self.init(paths: ConsoleDevices.paths((try? Root("/"))?.active()))
    }

    package init(paths: [String]) {
        let opened = paths.map { open($0, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) }.filter { $0 >= 0 }
        let budget = Int32(2000 / max(opened.count, 1))
        devices = Mutex(opened.map { Device(raw: $0, budget: budget) })
    }

    deinit {
        devices.withLock { devices in
            for index in devices.indices {
                Self.drain(&devices[index])
                close(devices[index].raw)
            }
        }
    }

    /// Whether this descriptor is one of its devices, so that what is printed there need not be told again.
    package func isSame(as descriptor: Int32) -> Bool {
        var here = stat()
        guard isatty(descriptor) == 1, fstat(descriptor, &here) == 0 else { return false }
        return devices.withLock { devices in
            devices.contains { device in
                var there = stat()
                // What /dev/console stands for, by its number.
                var number: UInt32 = 0
                let isConsole = ioctl(device.raw, Self.deviceNumber, &number) == 0 && UInt64(number) == UInt64(here.st_rdev)
                return isConsole || fstat(device.raw, &there) == 0 && there.st_rdev == here.st_rdev
            }
        }
    }

    package func write(_ line: String) {
        // A terminal in raw mode does no carriage return of its own. One that does makes two, which move nothing.
        let bytes = Array((line + "\r\n").utf8)
        devices.withLock { devices in
            for index in devices.indices { Self.write(bytes[...], to: &devices[index]) }
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to device: inout Device) {
        var rest = bytes
        let deadline = Deadline.seconds(0.5)
        while !rest.isEmpty, device.budget > 0, !deadline.hasPassed {
            let count = rest.withUnsafeBytes { Glibc.write(device.raw, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var polled = pollfd(fd: device.raw, events: Int16(POLLOUT), revents: 0)
                let step = min(deadline.milliseconds, 100)
                if poll(&polled, 1, step) == 0 { device.budget -= step }
            } else if errno != EINTR {
                device.budget = 0
            }
        }
    }

    /// The last one to close a serial line waits up to half a minute until all was sent (closing_wait, setserial(8)): what nobody takes
    /// within the budget is thrown away.
    private static func drain(_ device: inout Device) {
        var waiting: Int32 = 0
        while ioctl(device.raw, UInt(TIOCOUTQ), &waiting) == 0, waiting > 0 {
            guard device.budget > 0 else {
                tcflush(device.raw, TCOFLUSH)
                return
            }
            _ = poll(nil, 0, 20)
            device.budget -= 20
        }
    }
}

extension Root {
    fileprivate func active() -> [UInt8]? {
        do throws(Fault) { return try read(ConsoleDevices.active, limit: 4096) } catch { return nil }
    }
}
