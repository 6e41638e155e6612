import Testing

@testable import AgentCore

@Suite("A PAM stack") struct PAMStackTests {
    /// What an ordinary account's module answers here.
    private static func answer(_ line: PAMLine) -> PAMStack.Answer {
        switch line.module {
        case "pam_deny.so": .failure("auth_err", .denies)
        case "pam_gone.so": .failure("module_unknown", .missingModule("pam_gone.so"))
        case "pam_unix.so", "pam_permit.so": .success
        default: .uncertain
        }
    }

    private static func refusal(_ files: [String: String], _ kind: PAMLine.Kind = .auth) -> String? {
        let stack = PAMStack(service: "sshd", kind) { path in files[path].map { Array($0.utf8) } }
        return stack.refusal(answer).map { refusal in refusal.line.map { "\($0.path):\($0.number)" } ?? "nowhere" }
    }

    private static let debian = """
        # a comment
        auth\t[success=2 default=ignore]\tpam_unix.so nullok
        auth [success=1 default=ignore] pam_sss.so use_first_pass
        auth requisite pam_deny.so
        auth required pam_permit.so
        session [default=1] pam_permit.so
        session requisite pam_deny.so
        session required pam_permit.so
        """

    @Test(
        "that lets in",
        arguments: [
            debian, "auth sufficient pam_unix.so\nauth required pam_deny.so",
            "AUTH Required pam_unix.so", "auth required \\\n  pam_unix.so", "auth optional pam_gone.so\nauth required pam_unix.so",
            "auth [success=ok module_unknown=ignore default=bad] pam_gone.so\nauth required pam_unix.so",
            "auth required pam_env.so\nauth required pam_unix.so",
        ])
    func lets(_ text: String) {
        #expect(Self.refusal(["/etc/pam.d/sshd": text]) == nil)
    }

    @Test(
        "that refuses names the line",
        arguments: [
            ("auth required pam_deny.so", "/etc/pam.d/sshd:1"), ("-auth required pam_gone.so", "/etc/pam.d/sshd:1"),
            ("#\nauth required pam_unix.so\nauth requisite pam_gone.so", "/etc/pam.d/sshd:3"),
            ("auth requird pam_unix.so", "/etc/pam.d/sshd:1"), ("nonsense\nauth required pam_unix.so", "/etc/pam.d/sshd:1"),
            ("auth optional pam_deny.so", "/etc/pam.d/sshd:1"), ("@include common-auth", "/etc/pam.d/sshd:1"),
            ("auth required pam_unix.so\nauth include gone", "/etc/pam.d/sshd:2"), ("auth", "/etc/pam.d/sshd:1"),
        ])
    func refuses(_ text: String, _ place: String) {
        #expect(Self.refusal(["/etc/pam.d/sshd": text]) == place)
    }

    @Test("falls back to `other`, and without that refuses")
    func other() {
        #expect(Self.refusal(["/etc/pam.d/other": Self.debian], .session) == nil)
        #expect(
            Self.refusal(["/etc/pam.d/sshd": "auth required pam_unix.so", "/etc/pam.d/other": "session required pam_deny.so"], .session)
                == "/etc/pam.d/other:1")
        #expect(Self.refusal([:]) == "nowhere")
    }

    @Test("is read through what it includes, and a circle ends")
    func includes() {
        let files = ["/etc/pam.d/sshd": "@include common-auth\nauth required pam_env.so", "/etc/pam.d/common-auth": Self.debian]
        #expect(Self.refusal(files) == nil)
        #expect(
            Self.refusal([
                "/etc/pam.d/sshd": "auth substack inner\nauth required pam_deny.so", "/etc/pam.d/inner": "auth sufficient pam_unix.so",
            ])
                == "/etc/pam.d/sshd:2")
        #expect(Self.refusal(["/etc/pam.d/sshd": "@include sshd"]) != nil)
    }
}

@Suite("A list that a module of PAM reads") struct PAMListTests {
    private static func access(_ text: String, groups: [String] = ["bob"]) throws -> PAMList? {
        PAMList.access(
            Array(text.utf8), of: "/l", user: try user("bob"), groups: groups.map { ForeignText($0) }, from: "192.0.2.2")
    }

    @Test(
        "access.conf refuses by its first rule about the user",
        arguments: [
            ("-:ALL:ALL", 1), ("# x\n- : bob : ALL\n", 2), ("+:root:ALL\n-:ALL EXCEPT root:ALL", 2), ("-:(bob):ALL", 1),
            ("-:ALL:ALL EXCEPT LOCAL", 1), ("-:ALL:192.0.2.", 1),
        ])
    func refuses(_ text: String, _ line: Int) throws {
        let list = try #require(try Self.access(text))
        #expect(list.line == line)
        #expect(String(decoding: list.opened, as: UTF8.self) == "+:bob:ALL\n\(text)")
    }

    @Test(
        "access.conf lets in", arguments: ["", "+:bob:ALL\n-:ALL:ALL", "-:ALL EXCEPT bob:ALL", "-:ALL:LOCAL", "-:carol:ALL", "-:ALL:10."])
    func lets(_ text: String) throws {
        #expect(try Self.access(text) == nil)
    }

    @Test("of names gains or loses the user alone")
    func names() throws {
        let bob = try user("bob")
        let denied = PAMList.names(Array("carol\nbob\ndave\n".utf8), of: "/l", user: bob, allows: false)
        #expect(denied.map { String(decoding: $0.opened, as: UTF8.self) } == "carol\ndave\n")
        let allowed = PAMList.names(Array("carol".utf8), of: "/l", user: bob, allows: true)
        #expect(allowed.map { String(decoding: $0.opened, as: UTF8.self) } == "carol\nbob\n")
        #expect(PAMList.names(Array("bob\n".utf8), of: "/l", user: bob, allows: true) == nil)
        #expect(PAMList.names(Array("bobby\n".utf8), of: "/l", user: bob, allows: false) == nil)
    }

    @Test(
        "of times refuses where there is none",
        arguments: [
            ("sshd;*;bob;!Al0000-2400", true), ("*;*;*;!Al0000-2400", true), ("login;*;bob;!Al0000-2400", false),
            ("sshd;*;!bob;!Al0000-2400", false), ("sshd;*;bob;Al0800-1800", false), ("# sshd;*;bob;!Al0000-2400", false),
        ])
    func times(_ rule: String, refuses: Bool) throws {
        let list = PAMList.times(Array("# x\n\(rule)\n".utf8), of: "/l", user: try user("bob"))
        #expect((list != nil) == refuses)
        if let list { #expect(String(decoding: list.opened, as: UTF8.self) == "# x\n") }
    }
}
