import AgentCore
import Testing

@Suite("a record of how a change is undone") struct UndoTests {
    private static func read(_ text: String) throws -> Undo? {
        Undo(try JSONReader.read(secret(text)).root)
    }

    static let undos: [Undo] = [
        .tool(ToolCall(.userdel, ["--remove", "--force", "--", "bob"])),
        .tool(ToolCall(.usermod, ["--expiredate", "", "--", "bob"])),
        .tool(ToolCall(.usermod, ["a b", "\"", "\\", "\n", "ü", "'"])),
        .tool(ToolCall(.chage, [])),
        .file(path: "/etc/sudoers.d/x", saved: nil, mode: 0, uid: 0, gid: 0),
        .file(path: "/etc/ssh/sshd_config", saved: "1.before", mode: 0o644, uid: 0, gid: 0),
        .file(path: "/a \"b\"\n", saved: "2.before", mode: 0o7777, uid: .max, gid: .max),
    ]

    @Test("reads back as it was written", arguments: undos)
    func roundTrip(_ undo: Undo) throws {
        #expect(try Self.read(String(decoding: undo.document.compact(), as: UTF8.self)) == undo)
    }

    @Test("reads back as it was written, for what is a user's", arguments: ["bob", "b", String(repeating: "a", count: 31) + "$"])
    func users(_ name: String) throws {
        let user = try user(name)
        let odd = ForeignText([0x2e, 0x73, 0x2f, 0xff, 0x0a, 0x22, 0x5c, 0x00, 0xc3])
        let undos: [Undo] = [
            .password(user, saved: "1.secret"), .keys(user, path: ForeignText(".ssh/authorized_keys"), saved: nil),
            .keys(user, path: odd, saved: "3.before"),
            .proofLine(user, path: odd, marker: "vmaccess-agent-proof-0123456789abcdef0123456789abcdef"),
        ]
        for undo in undos { #expect(try Self.read(String(decoding: undo.document.compact(), as: UTF8.self)) == undo) }
    }

    @Test(
        "is none where it is damaged: nothing is guessed from it",
        arguments: [
            #"{}"#, #"[]"#, #""tool""#, "null", #"{"kind":"rename"}"#, #"{"kind":7}"#, #"{"kind":null}"#,
            #"{"kind":"tool"}"#, #"{"kind":"tool","tool":"reboot","arguments":["-f"]}"#,
            #"{"kind":"tool","tool":"userdel","arguments":"bob"}"#, #"{"kind":"tool","tool":"userdel","arguments":["--",7]}"#,
            #"{"kind":"password","user":"bob"}"#, #"{"kind":"password","user":"root","saved":"1.secret"}"#,
            #"{"kind":"password","user":"-x","saved":"1.secret"}"#, #"{"kind":"password","saved":"1.secret"}"#,
            #"{"kind":"file","saved":null,"mode":0,"uid":0,"gid":0}"#,
            #"{"kind":"file","path":"/x","saved":null,"mode":-1,"uid":0,"gid":0}"#,
            #"{"kind":"file","path":"/x","saved":null,"mode":4294967296,"uid":0,"gid":0}"#,
            #"{"kind":"file","path":"/x","saved":null,"mode":"644","uid":0,"gid":0}"#,
            #"{"kind":"file","path":"/x","saved":null,"mode":0,"uid":0}"#,
            // "There was no file" must be said: to guess it would remove the file instead of putting it back.
            #"{"kind":"file","path":"/x","mode":0,"uid":0,"gid":0}"#,
            #"{"kind":"file","path":"/x","saved":7,"mode":0,"uid":0,"gid":0}"#,
            #"{"kind":"keys","user":"bob","path":"2e"}"#, #"{"kind":"keys","user":"bob","path":"2e","saved":[]}"#,
            #"{"kind":"keys","user":"bob","path":"2","saved":null}"#, #"{"kind":"keys","user":"bob","path":"zz","saved":null}"#,
            #"{"kind":"keys","user":"bob","saved":null}"#, #"{"kind":"keys","path":"2e","saved":null}"#,
            #"{"kind":"proof-line","user":"bob","path":"2e"}"#, #"{"kind":"proof-line","user":"bob","path":"2e","marker":null}"#,
        ])
    func damaged(_ text: String) throws {
        #expect(try Self.read(text) == nil)
    }

    @Test(
        "of a program shows it as a person would type it",
        arguments: [
            (["--remove", "--", "bob"], "userdel --remove -- bob"), ([""], "userdel ''"), (["a b"], "userdel 'a b'"),
            (["it's"], #"userdel 'it'\''s'"#), (["$(x)", "~", "*", ";"], "userdel '$(x)' '~' '*' ';'"),
            (["/home/a.b-c_d", "x=1,2"], "userdel /home/a.b-c_d x=1,2"), (["ü"], "userdel 'ü'"),
        ])
    func commandLine(_ arguments: [String], _ shown: String) {
        #expect(ToolCall(.userdel, arguments).commandLine == shown)
    }
}
