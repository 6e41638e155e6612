package import AgentCore
internal import CLinux
internal import Glibc

/// The terminal, or the pipe, of the person who runs `vmaccess-agent console`: shows lines, and asks questions.
///
/// A terminal is switched to single bytes without echo for as long as this lives, and gets back what it had however that ends: the
/// signals that end a process are looked for (`StopRequest.watch`) and not obeyed, and a crash restores it on its way out.
package final class PersonTerminal {
    private let input: Int32
    package let screen: Screen
    /// What the terminal had; nil where it is none.
    private let before: termios?
    private var editor: LineEditor
    /// Whatever was read and not looked at yet. Wiped as it is: it may hold what is typed ahead for a hidden question.
    private let pending = ReadAhead()

    package init(input: Int32 = 0, output: Int32 = 1) {
        self.input = input
        screen = Screen(output)
        var settings = termios()
        // A terminal of size 0, or none at all in TERM, is one like another here.
        before = tcgetattr(input, &settings) == 0 ? settings : nil
        editor = LineEditor(isTerminal: before != nil)
        if before != nil {
            // A stop (Ctrl-Z) would leave a shell with a terminal that shows nothing; and from the background nothing is to be set.
            signal(SIGTSTP, SIG_IGN)
            signal(SIGTTOU, SIG_IGN)
            signal(SIGTTIN, SIG_IGN)
            vma_restore_terminal_on_crash(input, &settings)
            set(whileAsking: false)
        }
    }

    deinit { restore() }

    package func restore() {
        if var before { tcsetattr(input, TCSANOW, &before) }
    }

    /// While a question stands, Ctrl-C is a byte: under `init=/bin/bash` no terminal makes a signal of it. While work is done, it is the
    /// signal, where there is one.
    private func set(whileAsking: Bool) {
        guard var settings = before else { return }
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ECHOE | ECHOK | ECHONL | IEXTEN | ISIG)
        if !whileAsking { settings.c_lflag |= tcflag_t(ISIG) }
        // CR stays CR, and comes as such also from a line that sends nothing else.
        settings.c_iflag &= ~tcflag_t(ICRNL | INLCR | IGNCR)
        settings.c_oflag |= tcflag_t(OPOST | ONLCR)
        withUnsafeMutableBytes(of: &settings.c_cc) { characters in
            characters[Int(VMIN)] = 1
            characters[Int(VTIME)] = 0
        }
        tcsetattr(input, TCSANOW, &settings)
    }

    // MARK: asking

    /// One answer.
    ///
    /// - Parameter seconds: how long nobody need type.
    package func ask(_ question: Dialogue.Question, seconds: Int) -> Dialogue.Answer {
        // First: whoever answers at once by Ctrl-C means the question.
        set(whileAsking: true)
        screen.write(Array(question.prompt.utf8))
        defer {
            set(whileAsking: false)
            // What was piped shows no line end of its own.
            if before == nil { screen.write([0x0a]) }
        }
        var deadline = Deadline.seconds(Double(seconds))
        while true {
            while let byte = pending.next() {
                var shown: [UInt8] = []
                let event = editor.take(byte, hidden: question.isHidden, show: &shown)
                if !shown.isEmpty { screen.write(shown) }
                if let event { return answer(event) }
            }
            if StopRequest.pending != nil { return .interrupted }
            switch pending.fill(from: input) {
            case .read: deadline = .seconds(Double(seconds))
            case .nothing: if deadline.hasPassed { return .timedOut(seconds: seconds) }
            case .end: return answer(editor.finish())
            }
        }
    }

    private func answer(_ event: LineEditor.Event) -> Dialogue.Answer {
        switch event {
        case .line(let line): .line(line)
        case .tooLong: .tooLong
        case .interrupted: .interrupted
        case .endOfInput: .endOfInput
        }
    }
}

/// Bytes that were read and not looked at yet, in memory that is wiped.
private final class ReadAhead {
    enum Filled { case read, nothing, end }

    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 1)
    private var start = 0
    private var end = 0

    deinit {
        explicit_bzero(buffer.baseAddress!, buffer.count)
        buffer.deallocate()
    }

    func next() -> UInt8? {
        guard start < end else { return nil }
        defer {
            buffer[start] = 0
            start += 1
        }
        return buffer[start]
    }

    /// Waits for a moment.
    func fill(from descriptor: Int32) -> Filled {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = poll(&polled, 1, StopRequest.interval)
        if ready == 0 || (ready == -1 && errno == EINTR) { return .nothing }
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 {
            (start, end) = (0, count)
            return .read
        }
        // A terminal that hung up reads as its end, or as an error (EIO).
        return count == -1 && (errno == EINTR || errno == EAGAIN) ? .nothing : .end
    }
}
