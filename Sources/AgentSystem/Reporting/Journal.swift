internal import AgentCore
internal import CSystemd
internal import Glibc

/// The journal, sd_journal_sendv(3): structured fields and one fixed MESSAGE_ID, so that `journalctl MESSAGE_ID=...` finds every
/// event of the agent.
package enum Journal {
    /// Made once by `systemd-id128 new`.
    package static let messageID = "a7ee3b94f6c643d4a2ca26695a14ac8c"

    package static func send(_ event: Log.Event) {
        var fields = [
            "MESSAGE=\(event.message)", "PRIORITY=\(event.priority)", "MESSAGE_ID=\(messageID)", "SYSLOG_IDENTIFIER=vmaccess-agent",
        ]
        for (name, value) in event.fields { fields.append("VMACCESS_\(name)=\(ForeignText(value).escaped(limit: 1000))") }
        let buffers = fields.map { Array($0.utf8) }
        var vectors: [iovec] = []
        var copies: [UnsafeMutableRawPointer] = []
        defer { copies.forEach { free($0) } }
        for buffer in buffers {
            guard let copy = malloc(max(buffer.count, 1)) else { return }
            buffer.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
            copies.append(copy)
            vectors.append(iovec(iov_base: copy, iov_len: buffer.count))
        }
        _ = sd_journal_sendv(vectors, Int32(vectors.count))
    }
}
