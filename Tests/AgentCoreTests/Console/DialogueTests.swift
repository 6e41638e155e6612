import AgentCore
import Testing

@Suite struct DialogueTests {
    @Test func theMenuTellsEverythingThatCanBeDone() {
        let session = Session()
        #expect(session.isAtMenu)
        #expect(session.shown.contains { $0.hasPrefix("vmaccess-agent 1.0 on guest: gets people back") })
        for (number, words) in zip(1..., ["show what is wrong", "get a user back in", "reset SSH", "put back", "last run", "quit"]) {
            #expect(session.shown.contains { $0.hasPrefix("  \(number)  ") && $0.contains(words) })
        }
        #expect(session.shown.allSatisfy { $0.utf8.count < 80 })
    }

    @Test func aUserGetsInByPassword() throws {
        var session = Session()
        session.type("2")
        #expect(session.prompt == "Who is to get back in? Type the user name (only Enter: back): ")
        session.type(" alice ")
        #expect(session.prompt == "What is alice to get? 1 password, 2 key, 3 both (only Enter: back): ")
        session.type("1")
        #expect(session.isHidden && session.prompt.contains("New password of alice"))
        session.type("correct horse")
        #expect(session.isHidden)
        session.type("correct horse")
        let settings = try #require(session.planned)
        #expect(settings.username == ForeignText("alice"))
        #expect(settings.password?.plain == "correct horse" && settings.sshKey == nil && !settings.resetSSH)

        session.tell(.plan(.made("unlock the password of alice", "set the password of alice")))
        #expect(session.said.contains("This is what will be done: 1. unlock the password of alice 2. set the password of alice"))
        #expect(session.prompt == "Do this? Type yes or no: ")
        session.type("yes")
        #expect(session.carriedOut?.password?.plain == "correct horse")

        session.tell(.report(Report(verdict: .success, message: "Enable succeeded. sshd let alice in", outcomes: [], exitCode: .success)))
        #expect(session.said.contains("SUCCESS: Enable succeeded. sshd let alice in"))
        #expect(session.said.contains("Next: log in over SSH as alice."))
        #expect(session.isAtMenu)
        session.type("6")
        #expect(session.left == .success)
        #expect(!session.shown.contains { $0.contains("correct horse") })
    }

    @Test func aUserGetsInByAKeyInPiecesAndAPassword() throws {
        var session = Session()
        session.type("2", "alice", "3", "pass word", "pass word")
        #expect(session.said.contains("Paste the public key"))
        #expect(session.isHidden)
        let line = Array(Fixture.rsa2048)
        session.type(String(line[..<79]), String(line[79..<158]), String(line[158..<300]), String(line[300...]))
        #expect(session.isHidden && session.prompt.isEmpty)
        session.type("")
        #expect(session.said.contains("Read: a key of type ssh-rsa (rsa2048@fixture)."))
        let settings = try #require(session.planned)
        #expect(settings.sshKey?.plain == Fixture.rsa2048)
        #expect(settings.password?.plain == "pass word")
    }

    @Test func sshIsReset() throws {
        var session = Session()
        session.type("3")
        let settings = try #require(session.planned)
        #expect(settings.resetSSH && settings.username == nil)
        session.tell(.plan(.made("put the distribution's sshd_config in place")))
        #expect(session.said.contains("Afterwards sshd is asked whether it serves."))
        session.type("YES")
        #expect(session.carriedOut?.resetSSH == true)
    }

    @Test func whatOnlyAResetRemovesIsOfferedWithIt() throws {
        var session = Session()
        session.type("2", "alice", "1", "pw", "pw")
        session.tell(.plan(.made("set the password of alice", inTheWay: [("sshd listens on no port", .reset)])))
        #expect(session.said.contains("In the way, and not removed by that: - sshd listens on no port A reset of SSH removes it."))
        #expect(session.prompt == "Do this? Type yes, or reset (this, and reset SSH as well), or no: ")
        session.type("reset")
        let settings = try #require(session.planned)
        #expect(settings.resetSSH && settings.username == ForeignText("alice") && settings.password?.plain == "pw")
        session.tell(.plan(.made("set the password of alice", "start ssh.service")))
        #expect(session.prompt == "Do this? Type yes or no: ")
    }

    @Test func noLeadsBackAndChangesNothing() {
        for word in ["no", "N", ""] {
            var session = Session()
            session.type("3")
            session.tell(.plan(.made("start ssh.service")))
            session.type(word)
            #expect(session.isAtMenu && session.said.hasPrefix("Nothing was changed."), "\(word)")
        }
    }

    @Test func onlyEnterLeadsBackFromEveryQuestion() {
        for typed in [["2"], ["2", "alice"], ["2", "alice", "1"], ["2", "alice", "2"]] {
            var session = Session()
            for line in typed { session.take(.line(secret(line))) }
            #expect(!session.isAtMenu)
            session.type("")
            #expect(session.isAtMenu, "\(typed)")
        }
    }

    @Test func aDiagnosisIsOfOneUserOrOfAll() {
        var session = Session()
        session.type("1", "")
        guard case .perform(.diagnose(nil)) = session.turn.next else { return #expect(Bool(false), "\(session.turn)") }
        session.tell(.lines(["nothing is in the way"]))
        #expect(session.isAtMenu && session.said.contains("nothing is in the way Next: 2 removes"))
        session.type("1", "alice")
        guard case .perform(.diagnose(let user)) = session.turn.next else { return #expect(Bool(false), "\(session.turn)") }
        #expect(user?.text == "alice")
    }

    @Test func theLastChangeIsPutBack() {
        var session = Session()
        session.type("4")
        guard case .perform(.planUndo) = session.turn.next else { return #expect(Bool(false), "\(session.turn)") }
        session.tell(.undoPlan(["set the password of alice back"]))
        #expect(session.said == "This is what will be put back: set the password of alice back")
        session.type("y")
        guard case .perform(.undo) = session.turn.next else { return #expect(Bool(false), "\(session.turn)") }
        session.tell(.report(Report(verdict: .success, message: "put back", outcomes: [], exitCode: .success)))
        #expect(session.isAtMenu && session.said.contains("SUCCESS: put back Next: "))

        session.type("4")
        session.tell(.lines(["there is nothing to undo"]))
        #expect(session.isAtMenu && session.said.contains("there is nothing to undo"))
    }

    @Test func theStatusIsShown() {
        var session = Session()
        session.type("5")
        guard case .perform(.status) = session.turn.next else { return #expect(Bool(false), "\(session.turn)") }
        session.tell(.lines(["success (2026-01-31T10:00:00Z): " + String(repeating: "word ", count: 40)]))
        #expect(session.isAtMenu)
        #expect(session.turn.lines.allSatisfy { $0.utf8.count < 80 })
    }

    @Test func whatFailsIsToldAndLeadsBack() {
        var session = Session()
        session.type("3")
        session.tell(.failed("cannot begin: another run is under way (process 7)"))
        #expect(session.isAtMenu)
        #expect(session.said.hasPrefix("That did not work: cannot begin: another run is under way (process 7). Nothing was changed."))
    }
}
