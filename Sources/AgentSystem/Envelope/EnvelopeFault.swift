package import AgentCore
internal import COpenSSL

/// Why an envelope could not be opened. `detail` is for the journal of this machine alone; whoever sent the envelope gets
/// `refusal`, the same words whatever went wrong, so that nobody can use this machine to try out changed envelopes on its key
/// (Bleichenbacher's attack on PKCS #1 v1.5, Vaudenay's on CBC padding).
package struct EnvelopeFault: Error, Sendable {
    /// What failed, on what, and what to do; no byte of what was in the envelope.
    package let detail: String

    package init(_ detail: String) {
        self.detail = detail
    }

    /// The one sentence towards the sender.
    package static let refusal = Refusal(
        reason: "cannot-open",
        message: "the protected settings could not be opened on this machine; the reason is in its journal "
            + "(journalctl SYSLOG_IDENTIFIER=vmaccess-agent). Send them again, sealed for this machine's present certificate")
}

/// OpenSSL's error queue of this thread.
enum OpenSSLErrors {
    /// The reasons, first cause first, and the queue emptied. Only OpenSSL's own fixed words: the data that it may attach to an
    /// error stays behind.
    static func take() -> String {
        var words: [String] = []
        while true {
            let code = ERR_get_error()
            if code == 0 { break }
            guard words.count < 4 else { continue }
            let reason = ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
            if words.last != reason { words.append(reason) }
        }
        return words.isEmpty ? "no reason given" : words.joined(separator: ", ")
    }

    static func clear() { ERR_clear_error() }
}
