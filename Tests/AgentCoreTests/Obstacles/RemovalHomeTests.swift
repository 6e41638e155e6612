import AgentCore
import Testing

@Suite("a home that goes with its user") struct RemovalHomeTests {
    private static let directory = HomeAnswer.State.directory(FileStatus(kind: .directory, mode: 0o700, uid: 1001, gid: 1001))

    private static func reason(
        _ home: String = "/home/a", _ state: HomeAnswer.State = directory, owner: HomeAnswer.Owner? = .user, roots: Bool = true,
        link: Bool = false,
        others: [String] = [], mounts: Bool = false, namesakes: Int = 0
    ) -> String? {
        let entry = PasswdFile.entries(in: Array("a:x:1001:1001::\(home):/bin/sh".utf8))[0]
        let account = Account(entry: entry, shadow: nil, namesakes: namesakes)
        let answer = HomeAnswer(
            state: state, owner: owner, isRootsPath: roots, isLink: link, others: others.map { ForeignText($0) }, hasMounts: mounts)
        return RemovalPlanner.reasonToKeep(ForeignText(home), account, answer)
    }

    @Test("is this user's alone")
    func goes() {
        #expect(Self.reason() == nil)
    }

    @Test("is nothing where there is none")
    func absent() {
        #expect(Self.reason("/home/a", .absent, owner: nil)?.isEmpty == true)
    }

    @Test("is not a link, shared, another's, the system's, or one with a mount in it")
    func stays() {
        #expect(Self.reason(link: true) == "it is a link")
        #expect(Self.reason(others: ["b"]) == "it is also the home of b")
        #expect(Self.reason(owner: .other(ForeignText("b"))) == "it does not belong to this user")
        #expect(Self.reason(owner: .root) == "it does not belong to this user")
        #expect(Self.reason("/srv") == "it is no path for one person's home")
        #expect(Self.reason(roots: false) == "a folder above it is not root's alone")
        #expect(Self.reason(mounts: true) == "a file system is mounted on it or in it")
        #expect(Self.reason(namesakes: 1) == "another account has the same uid")
    }
}
