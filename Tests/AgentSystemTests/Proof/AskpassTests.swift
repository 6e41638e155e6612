import AgentCore
import Glibc
import Testing

@testable import AgentSystem

/// Each test is a process of its own: the answer goes to its standard output.
@Suite("ssh's askpass") struct AskpassTests {
    /// What `Askpass.run` writes to standard output, and its exit code.
    private static func run(_ program: String, _ prompt: String) -> (output: String, code: Int32) {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        let before = dup(1)
        dup2(ends[1], 1)
        close(ends[1])
        let code = Askpass.run(program: program, prompt: prompt)
        dup2(before, 1)
        close(before)
        defer { close(ends[0]) }
        return (String(decoding: Tree.rest(of: ends[0]), as: UTF8.self), code)
    }

    @Test("gives the password once, and then no more")
    func once() async {
        await #expect(processExitsWith: .success) {
            let folder = try PrivateFolder(below: "/tmp")
            let prepared = try Askpass.prepare(in: folder, Secret(copying: Array("hunter2 ü".utf8)))
            #expect(Self.run(prepared.program, "bob@127.0.0.1's password: ") == ("hunter2 ü\n", 0))
            #expect(Self.run(prepared.program, "bob@127.0.0.1's password: ") == ("", 1))
            _ = consume prepared
        }
    }

    @Test("gives it to no other question, and still has it for the right one")
    func otherQuestions() async {
        await #expect(processExitsWith: .success) {
            let folder = try PrivateFolder(below: "/tmp")
            let prepared = try Askpass.prepare(in: folder, Secret(copying: Array("hunter2".utf8)))
            for prompt in [
                "Are you sure you want to continue connecting (yes/no/[fingerprint])? ", "Enter passphrase for key '/x': ",
                "(bob@127.0.0.1) Verification code: ", "", "Confirm user presence for key",
            ] {
                #expect(Self.run(prepared.program, prompt) == ("", 1))
            }
            #expect(Self.run(prepared.program, "(bob@127.0.0.1) Password: ") == ("hunter2\n", 0))
            _ = consume prepared
        }
    }

    @Test("has nothing to give when the attempt is over, or where nothing was prepared")
    func over() async {
        await #expect(processExitsWith: .success) {
            let folder = try PrivateFolder(below: "/tmp")
            let prepared = try Askpass.prepare(in: folder, Secret(copying: Array("hunter2".utf8)))
            let program = prepared.program
            _ = consume prepared
            // What a FIFO holds goes when nobody has it open any more.
            #expect(Self.run(program, "password: ") == ("", 1))
            #expect(Self.run("\(folder.path)/none/askpass", "password: ") == ("", 1))
            #expect(Self.run("askpass", "password: ") == ("", 1))
        }
    }

    @Test("is this program under another name, beside a FIFO; no file holds the password, and none is left")
    func layout() async {
        await #expect(processExitsWith: .success) {
            var path = ""
            do {
                let folder = try PrivateFolder(below: "/tmp")
                path = folder.path
                let prepared = try Askpass.prepare(in: folder, Secret(copying: Array("hunter2".utf8)))
                let tree = Tree(path: path, root: try Root(path))
                #expect(tree.mode("") == 0o700)
                #expect(tree.names() == ["answer", "askpass"])
                #expect(tree.info("/answer").map { $0.st_mode } == S_IFIFO | 0o600)
                #expect(prepared.program == "\(path)/askpass" && prepared.program.hasSuffix("/\(Askpass.name)"))
                var own = [CChar](repeating: 0, count: 4096)
                var link = own
                readlink("/proc/self/exe", &own, 4095)
                readlink(prepared.program, &link, 4095)
                #expect(own == link && own[0] != 0)
                _ = consume prepared
            }
            #expect(access(path, F_OK) == -1 && !path.isEmpty)
        }
    }
}
