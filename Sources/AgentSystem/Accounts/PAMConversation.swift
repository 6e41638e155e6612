internal import AgentCore
internal import CPAM
internal import Glibc

/// What PAM's modules ask and say while they run, pam_conv(3).
///
/// Only a prompt without echo for the expected password is answered; anything else ends the conversation, since nobody is there to
/// say what a site's module wants. What modules say is kept for the status, without the secret should one of them repeat it.
final class PAMConversation {
    enum Expected {
        /// "New password:", "Retype new password:".
        case newPassword
        /// "Password:".
        case password
    }

    private let secret: Secret
    private let expected: Expected
    private(set) var words: [String] = []
    /// A prompt that was not answered.
    private(set) var strangePrompt: String?

    init(_ expected: Expected, _ secret: Secret) {
        self.expected = expected
        self.secret = secret
    }

    /// Runs `body` with a handle of libpam on `service`.
    ///
    /// - Parameter configuration: a folder of service files; nil for the system's.
    /// - Returns: PAM's code, and what PAM calls it.
    func run(
        service: String, user: String, configuration: String?, _ body: (OpaquePointer) -> Int32
    ) -> (code: Int32, meaning: String) {
        var conversation = pam_conv(conv: answerPAM, appdata_ptr: Unmanaged.passUnretained(self).toOpaque())
        var handle: OpaquePointer?
        let started =
            if let configuration {
                pam_start_confdir(service, user, &conversation, configuration, &handle)
            } else {
                pam_start(service, user, &conversation, &handle)
            }
        guard started == PAM_SUCCESS, let handle else { return (started, "pam_start failed") }
        let code = body(handle)
        let meaning = String(cString: pam_strerror(handle, code))
        pam_end(handle, code)
        return (code, meaning)
    }

    fileprivate func answer(_ message: pam_message, _ response: UnsafeMutablePointer<pam_response>) -> Bool {
        let text = message.msg.map { Array(UnsafeBufferPointer(start: $0, count: strnlen($0, 512))).map { UInt8(bitPattern: $0) } } ?? []
        switch message.msg_style {
        case PAM_TEXT_INFO, PAM_ERROR_MSG:
            if words.count < 8 {
                words.append(secret.occurs(in: text) ? "(withheld: it repeats the password)" : ForeignText(text).escaped())
            }
            return true
        case PAM_PROMPT_ECHO_OFF where isExpected(String(decoding: text, as: UTF8.self).lowercased()):
            response.pointee.resp = secret.withBytes { bytes in
                // libpam frees it, and its modules wipe it.
                guard let copy = calloc(bytes.count + 1, 1) else { return nil }
                if let start = bytes.baseAddress { memcpy(copy, start, bytes.count) }
                return copy.assumingMemoryBound(to: CChar.self)
            }
            return response.pointee.resp != nil
        default:
            strangePrompt = ForeignText(text).escaped()
            return false
        }
    }

    private func isExpected(_ prompt: String) -> Bool {
        switch expected {
        case .newPassword:
            prompt.contains("new") && prompt.contains("password") && !prompt.contains("current") && !prompt.contains("old")
        case .password: prompt.contains("password")
        }
    }
}

/// `pam_conv.conv`: one response for each message, in one allocation that libpam frees.
private func answerPAM(
    _ count: Int32, _ messages: UnsafeMutablePointer<UnsafePointer<pam_message>?>?,
    _ responses: UnsafeMutablePointer<UnsafeMutablePointer<pam_response>?>?, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let messages, let responses, let context, count > 0, count <= PAM_MAX_NUM_MSG else { return PAM_CONV_ERR }
    guard let memory = calloc(Int(count), MemoryLayout<pam_response>.stride) else { return PAM_BUF_ERR }
    let replies = memory.assumingMemoryBound(to: pam_response.self)
    let conversation = Unmanaged<PAMConversation>.fromOpaque(context).takeUnretainedValue()
    for index in 0..<Int(count) {
        guard let message = messages[index]?.pointee, conversation.answer(message, replies + index) else {
            for other in 0..<index {
                if let text = replies[other].resp {
                    explicit_bzero(text, strlen(text))
                    free(text)
                }
            }
            free(memory)
            return PAM_CONV_ERR
        }
    }
    responses.pointee = replies
    return PAM_SUCCESS
}
