import AgentCore
import Testing

@Suite struct ServiceUndoTests {
    private static let rule = FirewallOpening.Rule(
        keeper: .iptables, family: "inet", table: "site", chain: "in", mark: "vmaccess-agent-to-22")

    @Test(arguments: [
        ServiceUndo.serving(unit: "ssh.service", isActive: true), .moved(path: "/a", to: "/b"), .linked("/a"),
        .attributes(path: "/a", mode: 0o600, uid: 1, gid: 2), .mask("ssh.service"), .disable("ssh.socket"), .rule(rule),
        .ufw(port: 22, opens: false), .restart("ssh.service"), .bans(Ban(jail: "sshd", addresses: ["192.0.2.1", "2001:db8::1"])),
        .firewalld(zone: "public", port: 2222, opens: true),
    ])
    func aRecordIsReadBack(_ undo: ServiceUndo) throws {
        let bytes = Undo.service(undo).document.compact()
        let value = try JSONReader.read(Secret(copying: bytes)).root
        #expect(Undo(value) == .service(undo))
    }

    @Test(arguments: [#"{"kind":"serving","unit":"x"}"#, #"{"kind":"moved","path":"/a"}"#, #"{"kind":"unheard"}"#])
    func aRecordOfAnotherKindIsNone(_ text: String) throws {
        #expect(Undo(try JSONReader.read(Secret(copying: Array(text.utf8))).root) == nil)
    }
}
