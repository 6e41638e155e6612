import AgentCore
import Testing

@Suite("a request") struct RequestTests {
    /// The client table of the contract, with `KEY` for a key. What is expected, in short: `user(pw key exp)`, `subject`,
    /// `remove`, `reset`, `restore`.
    @Test(
        "of every client",
        arguments: [
            (#"{"protectedSettings":{"username":"bob","password":"P"},"publicSettings":{}}"#, "bob(pw)"),
            (#"{"protectedSettings":{"username":"bob","ssh_key":"KEY\n"},"publicSettings":{}}"#, "bob(key)"),
            (#"{"protectedSettings":{"remove_user":"bob"},"publicSettings":{}}"#, "remove bob"),
            (#"{"protectedSettings":{"reset_ssh":true},"publicSettings":{}}"#, "reset"),
            (
                #"{"protectedSettings":{"reset_ssh":true,"username":"bob","password":"P","expiration":"2030-01-01","ssh_key":"KEY","#
                    + #""task_id":"1"},"publicSettings":null}"#, "bob(pw key exp) reset"
            ),
            (#"{"username":"bob","password":"P","ssh_key":"","reset_ssh":false}"#, "bob(pw)"),
            (#"{"username":"bob","password":"","ssh_key":"KEY","reset_ssh":false}"#, "bob(key)"),
            (#"{"username":"bob","password":"","ssh_key":"","reset_ssh":true}"#, "subject bob reset"),
            (#"{"reset_ssh":"true"}"#, "reset"),
            (
                #"{"username":"bob","password":"P","ssh_key":"","reset_ssh":"true","remove_user":"false","expiration":""}"#,
                "bob(pw) reset"
            ),
            (
                #"{"username":"bob","password":"","ssh_key":"","reset_ssh":"true","remove_user":"","expiration":"9999-12-31T23:59:59Z"}"#,
                "subject bob reset"
            ),
            (#"{"username":"","password":"","ssh_key":"","reset_ssh":"True","remove_user":"False","expiration":""}"#, "reset"),
            (#"{"check_disk":"true"}"#, "check"), (#"{"settings":{"check_disk":"true"}}"#, "check"),
            (#"{"repair_disk":"true","disk_name":"sdc1"}"#, "repair sdc1"),
            (#"{"check_disk":"true","disk_name":"sdc1"}"#, "check sdc1"),
            // The Azure documents' own example, in every language of theirs.
            (#"{"check_disk":"true","repair_disk":"true, user-disk-name"}"#, "repair user-disk-name"),
            (#"{"repair_disk":"True,/dev/sdc1"}"#, "repair /dev/sdc1"),
            (#"{"repair_disk":"true, sdc1","disk_name":"sdd1"}"#, "repair sdd1"),
            (#"{"restore_backup_ssh":true}"#, "restore"),
            (#"{"username":"bob","restore_backup_ssh":true}"#, "subject bob restore"),
            (#"{"username":"bob"}"#, "bob()"),
            (#"{"username":"bob","expiration":"2030-01-01"}"#, "bob(exp)"),
            (#"{"username":"bob","ssh_key":"KEY","remove_prior_keys":true}"#, "bob(key only)"),
            (#"{"username":"bob","password":"P","enable_passwordless_access":true}"#, "bob(pw nopasswd)"),
            (#"{"username":"bob","password":"P","check_disk":true,"restore_backup_ssh":true}"#, "bob(pw) restore check"),
            (#"{"remove_user":"bob","check_disk":true}"#, "remove bob check"),
        ])
    func clients(_ text: String, _ expected: String) throws {
        let read = try request(text.replacing("KEY", with: someKey))
        #expect(Self.outline(read) == expected)
    }

    private static func outline(_ request: Request) -> String {
        var words: [String] = []
        if let user = request.user {
            var parts: [String] = []
            if user.password != nil { parts.append("pw") }
            if !user.keys.isEmpty { parts.append("key") }
            if user.replacesKeys { parts.append("only") }
            if user.expiration != nil { parts.append("exp") }
            if user.passwordlessSudo { parts.append("nopasswd") }
            #expect(request.subject == user.name)
            #expect(user.hasCredential == (user.password != nil || !user.keys.isEmpty))
            words.append("\(user.name.text)(\(parts.joined(separator: " ")))")
        } else if let subject = request.subject {
            words.append("subject \(subject.text)")
        }
        if let removal = request.removal { words.append("remove \(removal.text)") }
        if request.resetSSH { words.append("reset") }
        if request.restoresBackup { words.append("restore") }
        switch request.disk {
        case nil: break
        case .check(let name): words.append("check" + (name.map { " \($0.text)" } ?? ""))
        case .repair(let name): words.append("repair \(name.text)")
        }
        return words.joined(separator: " ")
    }

    @Test("for the service alone says what it leaves out of the account")
    func leftOut() throws {
        #expect(
            try request(#"{"username":"bob","reset_ssh":true,"expiration":"2030-01-01","enable_passwordless_access":true}"#).warnings == [
                "\"expiration\", \"enable_passwordless_access\" not applied: "
                    + "without a password or key the account of bob is not touched"
            ])
        #expect(try request(#"{"username":"bob","reset_ssh":true}"#).warnings.isEmpty)
    }

    @Test(
        "that contradicts itself",
        arguments: [
            (#"{"remove_user":"bob","reset_ssh":true}"#, Self.exclusive("remove_user", "reset_ssh")),
            (#"{"remove_user":"bob","restore_backup_ssh":"True"}"#, Self.exclusive("remove_user", "restore_backup_ssh")),
            (#"{"remove_user":"bob","password":"P"}"#, Self.exclusive("remove_user", "password")),
            (#"{"remove_user":"bob","ssh_key":"x"}"#, Self.exclusive("remove_user", "ssh_key")),
            (#"{"remove_user":"bob","username":"bob","password":"P"}"#, Self.exclusive("remove_user", "username")),
            (
                #"{"check_disk":true,"repair_disk":true,"disk_name":"sdc1"}"#,
                "\"check_disk\" and \"repair_disk\" exclude each other: a repair checks first; send one of them"
            ),
            (
                #"{"reset_ssh":true,"restore_backup_ssh":true}"#,
                "\"reset_ssh\" and \"restore_backup_ssh\" exclude each other: one puts the distribution's configuration in place, "
                    + "the other the saved one; send one of them"
            ),
        ])
    func conflicts(_ text: String, _ message: String) {
        #expect(refusal(text) == Refusal(reason: "conflict", message: message))
    }

    private static func exclusive(_ one: String, _ other: String) -> String {
        "\"\(one)\" and \"\(other)\" exclude each other: send them one after the other"
    }

    @Test(
        "that lacks something",
        arguments: [
            (#"{"password":"P"}"#, Self.orphan("password")), (#"{"ssh_key":"x"}"#, Self.orphan("ssh_key")),
            (#"{"expiration":"2030-01-01","reset_ssh":true}"#, Self.orphan("expiration")),
            (#"{"remove_prior_keys":true}"#, Self.orphan("remove_prior_keys")),
            (#"{"enable_passwordless_access":"true"}"#, Self.orphan("enable_passwordless_access")),
            (#"{"remove_user":"bob","expiration":"2030-01-01"}"#, Self.orphan("expiration")),
            (
                #"{"username":"bob","password":"P","remove_prior_keys":true}"#,
                "\"remove_prior_keys\" without \"ssh_key\": the user would be left without a key; send the new one with it"
            ),
            (
                #"{"repair_disk":true}"#,
                "\"repair_disk\" without \"disk_name\": send the name of the disk or partition, such as sdc1"
            ),
        ])
    func incomplete(_ text: String, _ message: String) {
        #expect(refusal(text) == Refusal(reason: "missing-setting", message: message))
    }

    private static func orphan(_ key: String) -> String {
        "\"\(key)\" without \"username\": send the name of the user it is for"
    }

    @Test(
        "for nothing",
        arguments: [
            "{}", #"{"task_id":"1"}"#, #"{"reset_ssh":false}"#, #"{"disk_name":"sdc1"}"#, #"{"hello":1}"#, #"{"remove_user":"false"}"#,
            #"{"enable_passwordless_access":false,"remove_prior_keys":"false"}"#,
        ])
    func nothing(_ text: String) {
        let message =
            "the settings ask for nothing: send \"username\" with \"password\" or \"ssh_key\", or \"remove_user\", "
            + "\"reset_ssh\", \"restore_backup_ssh\", \"check_disk\", or \"repair_disk\" with \"disk_name\""
        #expect(refusal(text) == Refusal(reason: "nothing-asked", message: message))
    }

    @Test(
        "with one bad part, whatever else is in it",
        arguments: [
            (#"{"username":"-x","password":"P"}"#, "bad-username"), (#"{"username":"bob","password":"a\nb"}"#, "bad-password"),
            (#"{"username":"bob","ssh_key":"x"}"#, "bad-key"), (#"{"username":"bob","expiration":"x","password":"P"}"#, "bad-expiration"),
            (#"{"remove_user":"a:b"}"#, "bad-username"), (#"{"username":"bob","ssh_key":"/home/bob/.ssh/id.pub"}"#, "key-path"),
            (#"{"repair_disk":true,"disk_name":"../sda"}"#, "bad-disk-name"),
            (#"{"username":"-x","reset_ssh":true}"#, "bad-username"),
        ])
    func badPart(_ text: String, _ reason: String) {
        #expect(refusal(text).reason == reason)
    }

    @Test("for a disk takes names of devices", arguments: ["sdc1", "/dev/sdc1", "/dev/disk/by-uuid/1a2b-3c4d", "nvme0n1p2", "dm-0"])
    func diskNames(_ name: String) throws {
        #expect(try request("{\"repair_disk\":true,\"disk_name\":\"\(name)\"}").disk == .repair(DiskName(ForeignText(name))))
    }

    @Test(
        "for a disk takes nothing else",
        arguments: ["../sda", "/dev/../sda", "sda 1", "-a", "a\\n", "/dev/..", "s\\u00f6", "\\u001b"])
    func badDiskNames(_ name: String) {
        let refused = refusal("{\"repair_disk\":true,\"disk_name\":\"\(name)\"}")
        #expect(refused.reason == "bad-disk-name")
        #expect(refused.message.hasSuffix("is no name of a disk or partition; send one such as sdc1 or /dev/sdc1"))
    }

    @Test("tells of a disk name that means nothing")
    func uselessDiskName() throws {
        #expect(
            try request(#"{"reset_ssh":true,"disk_name":"sdc1"}"#).warnings
                == ["\"disk_name\" is ignored: it belongs to \"repair_disk\" and \"check_disk\""])
        #expect(try request(#"{"check_disk":true,"disk_name":"sdc1"}"#).warnings.isEmpty)
    }

    @Test("tells of a disk name that came in the wrong place")
    func diskNameInRepair() throws {
        #expect(
            try request(#"{"repair_disk":"true, sdc1"}"#).warnings
                == ["\"repair_disk\" is a string, read as true with the \"disk_name\" \"sdc1\""])
        #expect(refusal(#"{"repair_disk":"perhaps, sdc1"}"#).reason == "bad-type")
        #expect(refusal(#"{"repair_disk":"true, ../sda"}"#).reason == "bad-disk-name")
    }

    @Test("never shows a byte that is not printable ASCII, whatever is sent")
    func printable() {
        for text in [
            #"{"username":"b\u001b[2J\u009b\u00f6","password":"P"}"#, #"{"username":"bob","expiration":"\u202e\u0007"}"#,
            #"{"repair_disk":true,"disk_name":"\u001b]0;x\u0007"}"#,
            "{\"username\":\"" + String(repeating: "\\u001b", count: 50_000) + "\"}",
        ] {
            let message = refusal(text).message
            #expect(message.utf8.allSatisfy { (0x20...0x7e).contains($0) })
            #expect(message.utf8.count < 400)
        }
    }
}
