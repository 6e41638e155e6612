import AgentCore
import Testing

@Suite("a path for a home") struct HomePathTests {
    @Test("is one person's", arguments: ["/home/a", "/srv/people/a", "/a", "/opt/a", "/var/lib/a", "/data/home/a/", "/mnt/x"])
    func personal(_ path: String) {
        #expect(HomePath.isPersonal(ForeignText(path)))
    }

    @Test(
        "is not",
        arguments: [
            "", "/", "//", "a", "/home", "/home/", "/etc/a", "/usr/local/a", "/var", "/var/mail", "/root", "/root/a", "/home/../etc",
            "/./etc", "/srv",
            "/tmp", "/dev/shm", "/proc/1", "/nonexistent", "/bin/x",
        ])
    func common(_ path: String) {
        #expect(!HomePath.isPersonal(ForeignText(path)))
    }

    @Test("is shared by those whose home is the same or lies in it")
    func others() throws {
        let passwd =
            "a:x:1:1::/home/a:/s\nb:x:2:2::/home//a/:/s\nc:x:3:3::/home/a/c:/s\nd:x:4:4::/home/ab:/s\ne:x:5:5::/home:/s\nf:x:6:6:::/s\n"
        let entries = PasswdFile.entries(in: Array(passwd.utf8))
        let user = try UserName(ForeignText("a"))
        #expect(HomePath.others(sharing: ForeignText("/home/a"), with: user, among: entries) == [ForeignText("b"), ForeignText("c")])
    }
}
