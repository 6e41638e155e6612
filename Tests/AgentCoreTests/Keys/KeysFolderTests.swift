import AgentCore
import Testing

@Suite("modes in the folder of keys") struct KeysFolderTests {
    private static func mode(
        _ name: String, _ mode: UInt32, kind: FileStatus.Kind = .file, uid: UInt32 = 1000, links: UInt64 = 1
    ) -> UInt32? {
        let status = FileStatus(kind: kind, mode: mode, uid: uid, gid: 1000, links: links)
        return KeysFolder.mode(for: KeysPathPart(path: ForeignText(".ssh/\(name)"), entry: status, target: status), uid: 1000)
    }

    @Test(
        "are closed as far as ssh asks",
        arguments: [
            ("id_rsa", 0o644, 0o600), ("id_ed25519", 0o777, 0o600), ("id_rsa.pub", 0o666, 0o644), ("known_hosts.old", 0o777, 0o644),
            ("config", 0o666, 0o644), ("rc", 0o775, 0o755),
        ] as [(String, UInt32, UInt32)])
    func closed(_ name: String, _ before: UInt32, _ after: UInt32) {
        #expect(Self.mode(name, before) == after)
    }

    @Test("are left where they will do, or are not the user's alone")
    func left() {
        #expect(Self.mode("id_rsa", 0o600) == nil)
        #expect(Self.mode("id_rsa", 0o400) == nil)
        #expect(Self.mode("id_rsa.pub", 0o600) == nil)
        #expect(Self.mode("config", 0o644) == nil)
        #expect(Self.mode("config", 0o666, links: 2) == nil)
        #expect(Self.mode("config", 0o666, uid: 0) == nil)
        #expect(Self.mode("config", 0o777, kind: .link) == nil)
    }
}
