import AgentCore
import Testing

@Suite("facts") struct FactsTests {
    private struct Failed: Error {}

    @Test("are asked for once each, in the order in which they are needed, and given back")
    func settle() throws {
        var asked: [Probe] = []
        var rounds = 0
        var facts = Facts()
        let bob = try user("bob")
        let result = try facts.settle({ facts -> String in
            rounds += 1
            let today = try facts.today()
            guard case .absent(let groupExists) = try facts.account(bob) else { throw Failed() }
            // Which file is asked for depends on an earlier answer.
            guard case .contents(let bytes) = try facts.file("/day/\(today)") else { throw Failed() }
            return "\(today) \(groupExists) \(bytes.count) \(try facts.today())"
        }) { probe in
            asked.append(probe)
            switch probe {
            case .today: return .today(7)
            case .account: return .account(.absent(groupExists: true))
            default: return .file(.contents([1, 2, 3]))
            }
        }
        #expect(result == "7 true 3 7")
        #expect(asked == [.today, .account(bob), .file("/day/7")])
        #expect(rounds == 4)
        // What was learnt stays.
        #expect(try facts.today() == 7)
    }

    @Test("do not swallow the error of the one who asks")
    func error() {
        var facts = Facts()
        #expect(throws: Failed.self) {
            try facts.settle({ _ in throw Failed() }, answer: { _ in .today(0) })
        }
    }

    @Test("are told apart by what they are about")
    func apart() throws {
        var facts = Facts()
        let (bob, bobby) = (try user("bob"), try user("bobby"))
        facts.learn(.account(bob), .account(.foreign))
        facts.learn(.file("/etc/a"), .file(.absent))
        facts.learn(.sudo(bob), .sudo(.known(.noSudo)))
        guard case .foreign = try facts.account(bob) else { throw Failed() }
        #expect(throws: Unanswered.self) { try facts.account(bobby) }
        #expect(throws: Unanswered.self) { try facts.file("/etc/b") }
        #expect(throws: Unanswered.self) { try facts.status("/etc/a") }
        #expect(throws: Unanswered.self) { try facts.sudo(bobby) }
        #expect(throws: Unanswered.self) { try facts.passwordMatches(bob) }
    }

    @Test("say what is missing")
    func missing() throws {
        let bob = try user("bob")
        let connection = Connection(user: bob)
        let question = KeysFileQuestion(user: bob, home: ForeignText("/home/bob"), path: ForeignText(".ssh/authorized_keys"))
        let asks: [(Probe, (Facts) throws(Unanswered) -> Void)] = [
            (.file("/x"), { facts throws(Unanswered) in _ = try facts.file("/x") }),
            (.status("/x"), { facts throws(Unanswered) in _ = try facts.status("/x") }),
            (.account(bob), { facts throws(Unanswered) in _ = try facts.account(bob) }),
            (.accountDefaults, { facts throws(Unanswered) in _ = try facts.accountDefaults() }),
            (.passwordMatches(bob), { facts throws(Unanswered) in _ = try facts.passwordMatches(bob) }),
            (.keysFile(question), { facts throws(Unanswered) in _ = try facts.keysFile(question) }),
            (.sshd(connection), { facts throws(Unanswered) in _ = try facts.sshd(connection) }),
            (.service, { facts throws(Unanswered) in _ = try facts.service() }),
            (.sudo(bob), { facts throws(Unanswered) in _ = try facts.sudo(bob) }),
            (.requestKeys, { facts throws(Unanswered) in _ = try facts.requestKeys() }),
            (.today, { facts throws(Unanswered) in _ = try facts.today() }),
        ]
        for (probe, ask) in asks {
            do throws(Unanswered) {
                try ask(Facts())
                Issue.record("\(probe) was known")
            } catch {
                #expect(error.probe == probe)
            }
        }
    }

    @Test("of a connection are asked of sshd by its -C (sshd(8))")
    func connection() throws {
        #expect(
            Connection(user: try user("bob")).specification == "user=bob,host=127.0.0.1,addr=127.0.0.1,laddr=127.0.0.1,lport=22")
        #expect(
            Connection(user: try user("bob"), address: "2001:db8::7", localAddress: "2001:db8::1", localPort: 2222).specification
                == "user=bob,host=2001:db8::7,addr=2001:db8::7,laddr=2001:db8::1,lport=2222")
    }

    @Test("that are unknown have no value")
    func unknown() {
        #expect(Known.known(1).value == 1)
        #expect(Known<Int>.unknown("why").value == nil)
    }
}
