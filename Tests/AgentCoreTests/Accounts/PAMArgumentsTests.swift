import AgentCore
import Testing

@Suite("arguments of PAM's modules") struct PAMArgumentsTests {
    private static func values(_ file: String, _ module: String = "pam_faillock.so", _ option: String = "dir") -> [String] {
        PAMArguments.values(of: option, for: module, in: Array(file.utf8)).map { $0.escaped() }
    }

    @Test(
        "are those of the lines that name the module",
        arguments: [
            ("auth required pam_faillock.so preauth dir=/var/lib/faillock deny=3\n", ["/var/lib/faillock"]),
            ("auth [success=1 default=bad] pam_faillock.so dir=/a\n-account required /lib/security/pam_faillock.so\tdir=/b", ["/a", "/b"]),
            ("auth required pam_faillock.so \\\n  dir=/a\n", ["/a"]), ("sshd auth required pam_faillock.so dir=/a\r\n", ["/a"]),
            ("auth required pam_faillock.so [dir=/a]\n", ["/a"]),
            ("# auth required pam_faillock.so dir=/a\nauth required pam_faillock.so # dir=/b\nauth required pam_unix.so dir=/c\n", []),
            ("auth required pam_faillock.sox dir=/a\nauth required pam_faillock.so workdir=/b\n", []), ("", []), ("\\", []),
        ])
    func lines(_ file: String, _ expected: [String]) {
        #expect(Self.values(file) == expected)
    }

    @Test("may be in the module's own file, where the last one holds")
    func settings() {
        func value(_ file: String) -> String? { PAMArguments.value(of: "dir", inSettings: Array(file.utf8))?.escaped() }
        #expect(value("# dir = /a\ndeny = 3\n") == nil)
        #expect(value("  dir=/a\ndir = /b  # here\n") == "/b")
        #expect(value("workdir = /a\ndir\n") == nil)
    }

    @Test("do not matter to whether a module is there at all")
    func names() {
        #expect(PAMArguments.names("pam_shells.so", in: Array("auth required pam_shells.so\n".utf8)))
        #expect(!PAMArguments.names("pam_shells.so", in: Array("# auth required pam_shells.so\n".utf8)))
    }
}
