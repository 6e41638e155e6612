import AgentCore
import CPAM
import Glibc
import Testing

@testable import AgentSystem

/// pam_conv(3). The stack is a folder of ours (`pam_start_confdir`); what a module would ask is asked here.
@Suite("a conversation with PAM") struct PAMConversationTests {
    private static let password = "hunter2-und-ümlaut"

    /// Asks as a module does, all messages at once. The answers; nil: the conversation was ended.
    private static func ask(_ conversation: PAMConversation, _ messages: [(style: Int32, text: String)]) throws -> [String?]? {
        try with(service: "auth required pam_permit.so\n") { folder in
            var answers: [String?]?
            let result = conversation.run(service: "test", user: "bob", configuration: folder) { handle in
                var item: UnsafeRawPointer?
                guard pam_get_item(handle, PAM_CONV, &item) == PAM_SUCCESS, let item else { return PAM_SYSTEM_ERR }
                let conv = item.assumingMemoryBound(to: pam_conv.self).pointee
                let texts = messages.map { strdup($0.text) }
                defer { texts.forEach { free($0) } }
                let structs = zip(messages, texts).map { pam_message(msg_style: $0.style, msg: UnsafePointer($1)) }
                return structs.withUnsafeBufferPointer { buffer in
                    var pointers: [UnsafePointer<pam_message>?] = buffer.indices.map { index in buffer.baseAddress.map { $0 + index } }
                    var responses: UnsafeMutablePointer<pam_response>?
                    let code = conv.conv(Int32(pointers.count), &pointers, &responses, conv.appdata_ptr)
                    if code == PAM_SUCCESS, let responses {
                        answers = buffer.indices.map { responses[$0].resp.map { String(cString: $0) } }
                        for index in buffer.indices { free(responses[index].resp) }
                        free(responses)
                    } else {
                        #expect(responses == nil)
                    }
                    return code
                }
            }
            #expect((result.code == PAM_SUCCESS) == (answers != nil))
            return answers
        }
    }

    private static func with<Result>(service: String, _ body: (String) throws -> Result) throws -> Result {
        try Tree.with { tree in
            try tree.file("/test", service, mode: 0o644)
            return try body(tree.path)
        }
    }

    private static func conversation(_ expected: PAMConversation.Expected) -> PAMConversation {
        PAMConversation(expected, Secret(copying: Array(password.utf8)))
    }

    @Test(
        "about a new password answers what asks for one",
        arguments: ["New password: ", "Retype new password: ", "Enter new UNIX password:", "NEW PASSWORD", "Re-type new password: "])
    func newPassword(_ prompt: String) throws {
        let conversation = Self.conversation(.newPassword)
        #expect(try Self.ask(conversation, [(PAM_PROMPT_ECHO_OFF, prompt)]) == [Self.password])
        #expect(conversation.strangePrompt == nil)
    }

    @Test(
        "about a new password ends where anything else is asked",
        arguments: [
            (PAM_PROMPT_ECHO_OFF, "Current password: "), (PAM_PROMPT_ECHO_OFF, "(current) UNIX password: "),
            (PAM_PROMPT_ECHO_OFF, "Old password: "), (PAM_PROMPT_ECHO_OFF, "Password: "), (PAM_PROMPT_ECHO_OFF, "Verification code: "),
            (PAM_PROMPT_ECHO_OFF, "New PIN: "), (PAM_PROMPT_ECHO_OFF, ""), (PAM_PROMPT_ECHO_OFF, "Current or new password: "),
            // Where it would be seen.
            (PAM_PROMPT_ECHO_ON, "New password: "), (PAM_RADIO_TYPE, "New password: "), (PAM_BINARY_PROMPT, "New password: "),
            (99, "New password: "),
        ])
    func notNewPassword(_ style: Int32, _ prompt: String) throws {
        let conversation = Self.conversation(.newPassword)
        #expect(try Self.ask(conversation, [(style, prompt)]) == nil)
        #expect(conversation.strangePrompt == prompt)
    }

    @Test(
        "about a password answers that",
        arguments: [("Password: ", true), ("bob's password:", true), ("Verification code: ", false), ("PIN", false)])
    func existingPassword(_ prompt: String, _ isAnswered: Bool) throws {
        #expect(try Self.ask(Self.conversation(.password), [(PAM_PROMPT_ECHO_OFF, prompt)]) == (isAnswered ? [Self.password] : nil))
    }

    @Test("keeps what modules say, escaped, and answers nothing to it")
    func words() throws {
        let conversation = Self.conversation(.newPassword)
        let answers = try Self.ask(
            conversation,
            [
                (PAM_TEXT_INFO, "Changing password for bob."), (PAM_ERROR_MSG, "BAD PASSWORD: \u{1b}[2Jtoo short\n"),
                (PAM_PROMPT_ECHO_OFF, "New password: "),
            ])
        #expect(answers == [nil, nil, Self.password])
        #expect(conversation.words == ["Changing password for bob.", "BAD PASSWORD: \\x1b[2Jtoo short\\x0a"])
    }

    @Test("withholds what repeats the secret", arguments: [PAM_TEXT_INFO, PAM_ERROR_MSG])
    func repeated(_ style: Int32) throws {
        let conversation = Self.conversation(.newPassword)
        _ = try Self.ask(conversation, [(style, "the password '\(Self.password)' is too simple"), (style, "try another")])
        #expect(conversation.words == ["(withheld: it repeats the password)", "try another"])
    }

    @Test("keeps no more than a status can show")
    func many() throws {
        let conversation = Self.conversation(.newPassword)
        _ = try Self.ask(conversation, (0..<32).map { (PAM_TEXT_INFO, "\($0) " + String(repeating: "x", count: 5000)) })
        #expect(conversation.words.count == 8)
        #expect(conversation.words.allSatisfy { $0.utf8.count <= 203 })
    }

    @Test("is ended as a whole: one strange prompt among others, and none is answered")
    func mixed() throws {
        let conversation = Self.conversation(.newPassword)
        #expect(try Self.ask(conversation, [(PAM_PROMPT_ECHO_OFF, "New password: "), (PAM_PROMPT_ECHO_OFF, "Current password: ")]) == nil)
        #expect(conversation.strangePrompt == "Current password: ")
    }

    @Test("without a message, or with more than PAM allows, is none")
    func bounds() throws {
        #expect(try Self.ask(Self.conversation(.newPassword), []) == nil)
        let many = Array(repeating: (style: PAM_TEXT_INFO, text: "x"), count: Int(PAM_MAX_NUM_MSG) + 1)
        #expect(try Self.ask(Self.conversation(.newPassword), many) == nil)
    }

    @Test("with a real module withholds as well, and tells PAM's own verdict")
    func realModule() throws {
        try Self.with(service: "auth optional pam_echo.so hello %u, \(Self.password)\nauth required pam_permit.so\n") { folder in
            let conversation = Self.conversation(.password)
            let result = conversation.run(service: "test", user: "bob", configuration: folder) { pam_authenticate($0, 0) }
            #expect(result.code == PAM_SUCCESS && result.meaning == "Success")
            #expect(conversation.words == ["(withheld: it repeats the password)"])
        }
        try Self.with(service: "auth required pam_deny.so\n") { folder in
            let result = Self.conversation(.password).run(service: "test", user: "bob", configuration: folder) { pam_authenticate($0, 0) }
            #expect(result.code != PAM_SUCCESS && !result.meaning.isEmpty)
        }
    }
}

@Suite("a line for chpasswd") struct ChpasswdLineTests {
    @Test("is the name, a colon, the password and a line feed", arguments: ["", "P", "a:b ü"])
    func line(_ password: String) throws {
        let line = Passwords.line(try #require(UserName("bob")), Secret(copying: Array(password.utf8)))
        #expect(line.withBytes { Array($0) } == Array("bob:\(password)\n".utf8))
    }
}
