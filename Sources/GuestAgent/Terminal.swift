import AgentCore
import AgentSystem
import Glibc

/// Standard output and standard error, unbuffered.
enum Terminal {
    static func write(_ text: String) { write(Array(text.utf8)) }

    static func write(_ bytes: [UInt8]) { put(bytes, 1) }

    /// Where standard output is a terminal that has colours, and nobody forbids them (no-color.org).
    static var colours: DiagnosisText.Colours {
        func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
        let terminal = variable("TERM")
        return DiagnosisText.Colours(isOn: isatty(1) == 1 && !terminal.isEmpty && terminal != "dumb" && variable("NO_COLOR").isEmpty)
    }

    /// One line on standard error.
    static func complain(_ sentence: String) {
        put(Array("vmaccess-agent: \(ForeignText(sentence).escaped(limit: 2000))\n".utf8), 2)
    }

    private static func put(_ bytes: [UInt8], _ descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
        }
    }
}

extension Log {
    static let silent = Log(line: { _ in }, record: { _ in })

    /// For a person who runs it: lines on standard output, records in the journal, and the report on the console as well, unless that
    /// is where the person sits.
    static func terminal(console: Console = Console()) -> Log {
        let isThere = console.isSame(as: 1)
        return Log(line: { Terminal.write($0 + "\n") }, record: { Journal.send($0) }) { lines, machine in
            if !isThere { lines.forEach(console.write) }
            console.write(machine)
        }
    }

    /// For a program that runs it: nothing on standard output but what was asked for.
    static func quiet(console: Console = Console()) -> Log {
        Log(line: { _ in }, record: { Journal.send($0) }) { lines, machine in
            lines.forEach(console.write)
            console.write(machine)
        }
    }

    /// For systemd: lines on the machine's console, records in the journal.
    static func machine(console: Console) -> Log {
        Log(line: { console.write($0) }, record: { Journal.send($0) }) { _, machine in console.write(machine) }
    }
}
