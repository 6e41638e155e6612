import AgentSystem
import CLinux
import Glibc
import Testing

@Suite("the console") struct ConsoleTests {
    /// A terminal's two ends.
    private struct Terminal: ~Copyable {
        let master: Int32
        let path: String

        init() throws {
            master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK)
            var number: UInt32 = 0
            var isLocked: Int32 = 0
            // TIOCSPTLCK and TIOCGPTN (ioctl_tty(2)): macros, and functions of <stdlib.h>, that Swift does not see.
            try #require(master >= 0 && ioctl(master, 0x4004_5431, &isLocked) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
            path = "/dev/pts/\(number)"
        }

        deinit { close(master) }

        func read() -> [UInt8] {
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = Glibc.read(master, &buffer, buffer.count)
                guard count > 0 else { return all }
                all += buffer[..<count]
            }
        }
    }

    @Test("gets lines that end in a carriage return and a line feed, also where the terminal adds none")
    func lines() throws {
        let terminal = try Terminal()
        let keeper = open(terminal.path, O_RDWR | O_NOCTTY)
        defer { close(keeper) }
        var modes = termios()
        tcgetattr(keeper, &modes)
        cfmakeraw(&modes)
        tcsetattr(keeper, TCSANOW, &modes)
        Console(paths: [terminal.path]).write("one")
        #expect(terminal.read() == Array("one\r\n".utf8))
    }

    @Test("that nobody reads is given up, and a second device still gets all", .timeLimit(.minutes(1)))
    func stuck() throws {
        let stuck = try Terminal()
        let read = try Terminal()
        let keeper = open(stuck.path, O_RDWR | O_NOCTTY)
        defer { close(keeper) }
        do {
            // A pty holds some kilobytes. Were each line waited for, this would take an hour and a half.
            let console = Console(paths: [stuck.path, read.path])
            let line = String(repeating: "x", count: 70)
            var told: [UInt8] = []
            for _ in 0..<10_000 {
                console.write(line)
                told += read.read()
            }
            #expect(told.count == 10_000 * (line.utf8.count + 3))
        }
        #expect(stuck.read().count < 100_000)
    }

    @Test("that is not there is no error")
    func missing() {
        Console(paths: ["/nowhere/console"]).write("x")
    }
}
