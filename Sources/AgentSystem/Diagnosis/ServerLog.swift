internal import AgentCore
internal import CSystemd
internal import Glibc

/// sshd's lines in the journal, sd-journal(3). Only root's own processes count: what others log in sshd's name is not among them.
struct ServerLog {
    /// So many entries are looked through, and no more: a machine that is being guessed at has thousands.
    private static let most = 20_000
    private static let matches = ["_UID=0", "SYSLOG_IDENTIFIER=sshd", "SYSLOG_IDENTIFIER=sshd-session"]

    private let clock: Clock

    init(_ clock: Clock) {
        self.clock = clock
    }

    /// The last `count` lines that name this user, the newest last; nil where there is no journal to be read.
    func lines(about user: UserName, count: Int) -> [DiagnosisReport.LogLine]? {
        var journal: OpaquePointer?
        guard sd_journal_open(&journal, Int32(SD_JOURNAL_LOCAL_ONLY)) >= 0, let journal else { return nil }
        defer { sd_journal_close(journal) }
        for match in Self.matches where sd_journal_add_match(journal, match, match.utf8.count) < 0 { return nil }
        sd_journal_set_data_threshold(journal, 4096)
        guard sd_journal_seek_tail(journal) >= 0 else { return nil }
        let deadline = Deadline.seconds(1)
        var found: [DiagnosisReport.LogLine] = []
        var looked = 0
        while found.count < count, looked < Self.most, !deadline.hasPassed, sd_journal_previous(journal) > 0 {
            looked += 1
            guard let message = Self.message(journal), Self.names(user, in: message) else { continue }
            var time: UInt64 = 0
            guard sd_journal_get_realtime_usec(journal, &time) >= 0 else { continue }
            found.append(DiagnosisReport.LogLine(time: clock.timestamp(of: Int(time / 1_000_000)), text: ForeignText(message.prefix(1000))))
        }
        return found.reversed()
    }

    private static func message(_ journal: OpaquePointer) -> [UInt8]? {
        var data: UnsafeRawPointer?
        var length = 0
        guard sd_journal_get_data(journal, "MESSAGE", &data, &length) >= 0, let data else { return nil }
        return Array(UnsafeRawBufferPointer(start: data, count: length).dropFirst("MESSAGE=".utf8.count))
    }

    /// As a word of its own.
    private static func names(_ user: UserName, in message: [UInt8]) -> Bool {
        func isPart(_ index: Int) -> Bool {
            guard message.indices.contains(index) else { return false }
            switch message[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "-"):
                return true
            default: return false
            }
        }
        let name = user.bytes
        guard message.count >= name.count else { return false }
        return (0...(message.count - name.count)).contains { start in
            message[start...].starts(with: name) && !isPart(start - 1) && !isPart(start + name.count)
        }
    }
}
