import AgentCore
import Testing

/// login.defs(5), useradd(8).
@Suite("what new accounts are made like") struct AccountDefaultsTests {
    private static func read(_ loginDefs: String, _ useradd: String = "") -> AccountDefaults {
        AccountDefaults(loginDefs: Array(loginDefs.utf8), useradd: Array(useradd.utf8))
    }

    @Test("is said by the two files")
    func files() {
        let defaults = Self.read(
            "# comment\nMAIL_DIR\t/var/mail\nUID_MIN\t\t\t  500\nUID_MAX 50000\n#UID_MIN 1\n",
            "# Default values\nSHELL=/bin/zsh\nHOME=/data/home\n# GROUP=100\n")
        #expect(defaults.uidMinimum == 500)
        #expect(defaults.uidMaximum == 50000)
        #expect(defaults.shell == ForeignText("/bin/zsh"))
        #expect(defaults.homeBase == ForeignText("/data/home"))
    }

    @Test("is the tools' own where the files say nothing that can be read")
    func silence() {
        for (loginDefs, useradd) in [
            ("", ""), ("UID_MIN", "SHELL"), ("UID_MIN x\nUID_MAX -1", "SHELL=\nHOME=relative"), ("SYS_UID_MIN 100\nXUID_MIN 5", "XSHELL=/x"),
            ("#UID_MIN 5", "#SHELL=/x\n #HOME=/x"),
        ] {
            let defaults = Self.read(loginDefs, useradd)
            #expect(defaults == AccountDefaults(), "\(loginDefs)")
        }
        #expect(AccountDefaults().uidMinimum == 1000)
        #expect(AccountDefaults().shell == ForeignText("/bin/sh"))
        #expect(AccountDefaults().homeBase == ForeignText("/home"))
    }

    @Test("is read from files that were edited on Windows")
    func carriageReturns() {
        let defaults = Self.read("UID_MIN 500\r\n", "SHELL=/bin/zsh\r\n")
        #expect(defaults.uidMinimum == 500)
        #expect(defaults.shell == ForeignText("/bin/zsh"))
    }

    @Test(
        "tells the system's own accounts from people's",
        arguments: [
            (0, true), (999, true), (1000, false), (60000, false), (65533, false), (65534, true), (65535, false), (2_000_000, false),
            (4_294_967_293, false), (4_294_967_294, true), (4_294_967_295, true),
        ] as [(UInt32, Bool)])
    func system(_ uid: UInt32, _ isSystem: Bool) {
        #expect(AccountDefaults().isSystem(uid) == isSystem)
    }
}
