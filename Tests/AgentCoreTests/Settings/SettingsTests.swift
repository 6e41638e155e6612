import AgentCore
import Testing

@Suite("settings") struct SettingsTests {
    @Test(
        "booleans, also as strings",
        arguments: [
            ("true", true), ("false", false), ("\"True\"", true), ("\"true\"", true), ("\"TRUE\"", true), ("\"tRue\"", true),
            ("\"false\"", false), ("\"False\"", false), ("\"FALSE\"", false), ("\"\"", false), ("null", false), ("True", true),
            ("None", false),
        ])
    func booleans(_ value: String, _ expected: Bool) throws {
        for (key, path) in Self.flags {
            #expect(try settings("{\"\(key)\":\(value)}")[keyPath: path] == expected)
        }
    }

    private static var flags: [(String, KeyPath<Settings, Bool>)] {
        [
            ("reset_ssh", \.resetSSH), ("remove_prior_keys", \.removePriorKeys), ("restore_backup_ssh", \.restoreBackupSSH),
            ("enable_passwordless_access", \.enablePasswordlessAccess), ("check_disk", \.checkDisk), ("repair_disk", \.repairDisk),
        ]
    }

    @Test("a boolean that is a string is told")
    func booleanWarning() throws {
        #expect(try settings(#"{"reset_ssh":"True"}"#).warnings == ["\"reset_ssh\" is a string, read as true"])
        #expect(try settings(#"{"reset_ssh":"FALSE"}"#).warnings == ["\"reset_ssh\" is a string, read as false"])
    }

    @Test(
        "booleans that are none are refused",
        arguments: [
            ("\"yes\"", "another string"), ("\"truE \"", "another string"), ("\"0\"", "another string"), ("1", "a number"),
            ("[]", "an array"), ("{}", "an object"),
        ])
    func badBooleans(_ value: String, _ found: String) {
        let expected = Refusal(reason: "bad-type", message: "\"reset_ssh\" is \(found); true or false is expected")
        #expect(refusal("{\"reset_ssh\":\(value)}") == expected)
    }

    @Test(
        "strings of another type are refused, without their value",
        arguments: ["username", "password", "ssh_key", "expiration", "remove_user", "disk_name"],
        [("20010203", "a number"), ("true", "true"), ("[\"20010203\"]", "an array"), ("{\"a\":\"20010203\"}", "an object")])
    func badStrings(_ key: String, _ value: (text: String, kind: String)) {
        let expected = Refusal(reason: "bad-type", message: "\"\(key)\" is \(value.kind); a string is expected")
        #expect(refusal("{\"\(key)\":\(value.text)}") == expected)
    }

    @Test("null and the empty string are the same as absent", arguments: ["null", "\"\""])
    func absent(_ value: String) throws {
        let keys = SettingKey.allCases.map { "\"\($0.rawValue)\":\(value)" }.joined(separator: ",")
        let read = try settings("{\(keys)}")
        #expect(read.username == nil && read.password == nil && read.sshKey == nil && read.expiration == nil)
        #expect(read.removeUser == nil && read.diskName == nil)
        #expect(!read.resetSSH && !read.checkDisk)
        #expect(read.warnings.isEmpty)
        #expect(refusal("{\(keys)}").reason == "nothing-asked")
    }

    @Test("remove_user that says false is absent", arguments: ["\"false\"", "\"False\"", "false"])
    func removeNobody(_ value: String) throws {
        let read = try request("{\"remove_user\":\(value),\"reset_ssh\":true}")
        #expect(read.removal == nil)
        #expect(read.resetSSH)
        let warnings = value == "false" ? [] : ["\"remove_user\" is the string \"false\", taken as not sent"]
        #expect(read.warnings == warnings)
    }

    @Test("what is protected wins")
    func precedence() throws {
        let read = try settings(
            #"{"protectedSettings":{"username":"bob","password":"P"},"settings":{"username":"eve","password":"Q","reset_ssh":true}}"#)
        #expect(read.username == ForeignText("bob"))
        #expect(read.password?.matches(secret("P")) == true)
        #expect(read.publicUserKeys == ["reset_ssh"])
        #expect(
            read.warnings == [
                "\"reset_ssh\" came in public settings, which everyone who can read the VM's description sees: "
                    + "send it in protected settings",
                "\"username\", \"password\" came in protected and in public settings: the protected one is used",
            ])
    }

    @Test("an empty protected value does not hide a public one")
    func emptyProtected() throws {
        let read = try settings(#"{"protectedSettings":{"username":"","password":null},"settings":{"username":"bob","password":"P"}}"#)
        #expect(read.username == ForeignText("bob"))
        #expect(read.publicUserKeys == ["username", "password"])
        #expect(
            read.warnings == [
                "\"username\", \"password\" came in public settings, which everyone who can read the VM's description sees: "
                    + "send them in protected settings"
            ])
    }

    @Test("what is empty or false in public is nobody's secret")
    func harmlessPublic() throws {
        let read = try settings(#"{"settings":{"username":"","password":null,"reset_ssh":false,"remove_user":"false","check_disk":true}}"#)
        #expect(read.publicUserKeys.isEmpty)
        #expect(read.warnings == ["\"remove_user\" is the string \"false\", taken as not sent"])
    }

    @Test(
        "unknown keys are named, escaped and bounded",
        arguments: [
            (#"{"reset_ssh":true,"Hello":1}"#, ["the unknown setting \"Hello\" is ignored"]),
            (#"{"reset_ssh":true,"userName":"x"}"#, ["the unknown setting \"userName\" is ignored (is \"username\" meant?)"]),
            (#"{"reset_ssh":true,"SSH-Key":"x"}"#, ["the unknown setting \"SSH-Key\" is ignored (is \"ssh_key\" meant?)"]),
            (#"{"reset_ssh":true,"a\u001b[2J\n":{"b":[1]}}"#, ["the unknown setting \"a\\x1b[2J\\x0a\" is ignored"]),
            (#"{"reset_ssh":true,"task_id":"7"}"#, []),
            (
                "{\"reset_ssh\":true,\"" + String(repeating: "k", count: 1000) + "\":1}",
                ["the unknown setting \"" + String(repeating: "k", count: 40) + "...\" is ignored"]
            ),
        ])
    func unknown(_ text: String, _ warnings: [String]) throws {
        #expect(try settings(text).warnings == warnings)
    }

    @Test("a thousand unknown keys make nine warnings")
    func manyUnknown() throws {
        let keys = (0..<1000).map { "\"k\($0)\":0" }.joined(separator: ",")
        let warnings = try settings("{\(keys)}").warnings
        #expect(warnings.count == 9)
        #expect(warnings.last == "992 more unknown settings are ignored")
    }

    @Test("a duplicate key is refused, whichever of the two is meant")
    func duplicate() {
        #expect(refusal(#"{"username":"bob","user\u006eame":"eve"}"#).message.contains("already in the same object"))
    }
}
