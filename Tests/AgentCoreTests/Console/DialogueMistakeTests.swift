import AgentCore
import Testing

/// Wrong answers, and the ways in which a session ends.
@Suite struct DialogueMistakeTests {
    @Test(arguments: [
        ("", "Nothing was typed."),
        ("7", "\"7\" is none of the numbers 1 to 6."),
        ("0", "\"0\" is none of the numbers 1 to 6."),
        ("help me", "\"help me\" is none of the numbers 1 to 6."),
        ("1; rm -rf /", "\"1; rm -rf /\" is none of the numbers 1 to 6."),
        ("a\u{1b}[2J", "\"a\\x1b[2J\" is none of the numbers 1 to 6."),
    ])
    func aWrongChoiceCostsASentence(_ typed: String, _ says: String) {
        var session = Session()
        session.type(typed)
        #expect(session.said == says && session.isAtMenu)
    }

    @Test(arguments: [
        (["2", "-x"], "The name \"-x\" begins with \"-\""), (["2", "root"], "The name is \"root\""),
        (["2", "alice", "4"], "Type 1, 2 or 3."), (["2", "alice", "1", "a\tb"], "The password holds a control character"),
        (["2", "alice", "1", "one", "two"], "The two are not the same. Type it twice again."),
        (["2", "alice", "2", "not a key", ""], "The key is no public key"),
        (
            ["2", "alice", "2", "-----BEGIN OPENSSH PRIVATE KEY-----", "b3Bl", "-----END OPENSSH PRIVATE KEY-----"],
            "The key is a private key"
        ),
        (["1", "-x"], "The name \"-x\" begins with \"-\""),
    ])
    func aWrongAnswerCostsASentenceAndIsAskedAgain(_ typed: [String], _ says: String) {
        var session = Session()
        for line in typed.dropLast() { session.take(.line(secret(line))) }
        let asked = session.prompt
        session.type(typed.last ?? "")
        #expect(session.said.hasPrefix(says), "\(session.said)")
        #expect(session.left == nil && !session.isAtMenu)
        if typed.count <= 3 { #expect(session.prompt == asked) }
        #expect(session.turn.lines.allSatisfy { $0.utf8.count < 80 })
    }

    @Test func mistakesAreBoundedAndLeadBack() {
        var session = Session()
        session.type("2")
        for _ in 1...4 {
            session.type("-")
            #expect(!session.isAtMenu)
        }
        session.type("-")
        #expect(session.isAtMenu && session.said.contains("back to the menu. Nothing was changed."))
    }

    @Test func aLineThatTypesNonsenseEndsTheSession() {
        var session = Session()
        session.type("x", "x", "x", "x")
        #expect(session.left == nil)
        session.type("x")
        #expect(session.left == .failure)
        #expect(session.said.contains("That was the 5th such answer, so this session ends. To begin again, type: vmaccess-agent console"))
    }

    @Test func aGoodAnswerForgivesMistakes() {
        var session = Session()
        session.type("x", "x", "x", "x", "2", "", "x", "x", "x", "x")
        #expect(session.left == nil)
    }

    @Test(arguments: [[], ["1"], ["2"], ["2", "alice"], ["2", "alice", "1"], ["2", "alice", "1", "pw"], ["2", "alice", "2"]])
    func everyQuestionCanBeLeft(_ typed: [String]) {
        let ends: [(Dialogue.Answer, String)] = [
            (.interrupted, "Stopped."), (.endOfInput, "The input has ended."),
            (.timedOut(seconds: 600), "Nothing was typed for 10 minutes, so this session ends."),
            (.timedOut(seconds: 90), "Nothing was typed for 90 seconds, so this session ends."),
        ]
        for (end, says) in ends {
            var session = Session()
            for line in typed { session.take(.line(secret(line))) }
            session.take(end)
            #expect(session.left == .failure && session.said.contains(says), "\(typed) \(session.said)")
            #expect(session.said.hasSuffix("To begin again, type: vmaccess-agent console"))
            #expect(session.said.contains("nothing is half done") == (typed.count > 1 || typed == ["2"]))
        }
    }

    @Test func aRunThatWasToldToStopEndsTheSessionWithItsReport() {
        var session = Session()
        session.type("3")
        session.tell(.plan(.made("start ssh.service")))
        session.type("yes")
        let report = Report(failed: "cannot start: the agent was told to stop; everything is as it was", outcomes: [])
        session.tell(.stopped(report))
        #expect(session.left == .failure && session.said.contains("everything is as it was"))
    }

    @Test func withoutWhatItNeedsItSaysWhatToType() {
        var surroundings = Surroundings(title: "vmaccess-agent 1.0")
        surroundings.missing = ["/proc is not mounted. Type: mount -t proc proc /proc"]
        let session = Session(surroundings)
        #expect(session.left == .failure)
        #expect(session.said.hasSuffix("Type: mount -t proc proc /proc When that is done, type: vmaccess-agent console"))
    }

    @Test func aRescueShellPutsOffWhatItCannot() {
        var surroundings = Surroundings(title: "vmaccess-agent 1.0")
        surroundings.isRescue = true
        surroundings.notes = ["This is a rescue shell."]
        surroundings.parting = ["To start this machine, type: reboot -ff"]
        var session = Session(surroundings)
        #expect(session.isAtMenu && session.shown.contains("This is a rescue shell."))
        session.type("3")
        session.tell(.plan(.made()))
        #expect(session.said.contains("This is what will be done: at the next boot: reset SSH"))
        session.type("yes")
        session.tell(.report(PutOff.reset))
        #expect(session.said.contains("WARNING: SSH is reset at the next boot"))
        #expect(session.said.contains("Next: 6 quits and says how to restart this machine"))
        session.type("6")
        #expect(session.left == .success && session.said == "To start this machine, type: reboot -ff")
    }

    @Test func aReadOnlyRootIsMadeWritableFirst() {
        var surroundings = Surroundings(title: "vmaccess-agent 1.0")
        surroundings.isReadOnly = true
        var session = Session(surroundings)
        #expect(session.prompt == "Make it writable now? Type yes or no: ")
        session.type("perhaps")
        #expect(session.said == "Type yes or no.")
        session.type("no")
        #expect(session.isAtMenu)
        session.type("2")
        #expect(session.prompt == "Make it writable now? Type yes or no: ")
        session.type("yes")
        guard case .perform(.remount) = session.turn.next else { return #expect(Bool(false), "\(session.turn)") }
        session.tell(.lines(["The root file system is writable now."]))
        #expect(session.prompt.hasPrefix("Who is to get back in?"))
    }

    @Test func aRootThatStaysReadOnlyIsNoGroundForChanges() {
        var surroundings = Surroundings(title: "vmaccess-agent 1.0")
        surroundings.isReadOnly = true
        var session = Session(surroundings)
        session.type("yes")
        session.tell(.failed("cannot run mount -o remount,rw /: it ended with code 32"))
        #expect(session.isAtMenu && session.said.contains("Nothing can be changed as long as it is read-only."))
        session.type("3")
        #expect(session.prompt == "Make it writable now? Type yes or no: ")
    }
}
