import AgentCore
import Testing

@Suite("what stands on the way to the keys") struct KeysPathUnsafeTests {
    private static func status(_ kind: FileStatus.Kind, _ mode: UInt32, uid: UInt32 = 1000, links: UInt64 = 1) -> FileStatus {
        FileStatus(kind: kind, mode: mode, uid: uid, gid: 1000, links: links)
    }

    private static func actions(
        _ entry: FileStatus, target: FileStatus?? = .none, isFile: Bool, isFixed: Bool = false, path: String? = nil
    ) -> [HomeChange.Action]? {
        let target = target ?? entry
        let part = KeysPathPart(
            path: ForeignText(path ?? (isFile ? ".ssh/authorized_keys" : ".ssh")), entry: entry, target: target, isFixed: isFixed)
        return KeysPathUnsafe.judge(part, isFile: isFile, uid: 1000)?.actions
    }

    @Test("is left alone where sshd trusts it and the user can write")
    func trusted() {
        #expect(Self.actions(Self.status(.directory, 0o700), isFile: false) == nil)
        #expect(Self.actions(Self.status(.directory, 0o755), isFile: false) == nil)
        #expect(Self.actions(Self.status(.file, 0o600), isFile: true) == nil)
        #expect(Self.actions(Self.status(.file, 0o644), isFile: true) == nil)
        #expect(Self.actions(Self.status(.file, 0o644, uid: 0), isFile: true) == nil)
        #expect(Self.actions(Self.status(.link, 0o777), target: Self.status(.directory, 0o700), isFile: false) == nil)
    }

    @Test("is closed where others may write, or the owner may not")
    func closed() {
        #expect(Self.actions(Self.status(.directory, 0o775), isFile: false) == [.mode(0o700)])
        #expect(Self.actions(Self.status(.directory, 0), isFile: false) == [.mode(0o700)])
        #expect(Self.actions(Self.status(.directory, 0o2777), isFile: false, path: "keys") == [.mode(0o2755)])
        #expect(Self.actions(Self.status(.file, 0o666), isFile: true) == [.mode(0o600)])
        #expect(Self.actions(Self.status(.file, 0o600), isFile: true, isFixed: true) == [.clearAttributes])
    }

    @Test("makes room where it is another's, or another kind of thing")
    func moved() {
        for uid: UInt32 in [0, 1001, 4242] { #expect(Self.actions(Self.status(.directory, 0o700, uid: uid), isFile: false) == [.setAside]) }
        #expect(Self.actions(Self.status(.file, 0o600, uid: 0), isFile: true) == [.setAside])
        #expect(Self.actions(Self.status(.file, 0o644, uid: 1001), isFile: true) == [.setAside])
        #expect(Self.actions(Self.status(.fifo, 0o600), isFile: true) == [.setAside])
        #expect(Self.actions(Self.status(.directory, 0o700), isFile: true) == [.setAside])
        #expect(Self.actions(Self.status(.link, 0o777), target: .some(nil), isFile: true) == [.setAside])
        // Its mode would change under its other names too.
        #expect(Self.actions(Self.status(.file, 0o666, links: 2), isFile: true) == [.setAside])
    }
}
