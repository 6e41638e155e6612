import AgentCore
import AgentSystem
import Glibc
import Testing

@Suite("the status on disk") struct StatusFileTests {
    private static let report = Report(
        verdict: .success, message: "Enable succeeded. sshd let bob in by key", outcomes: [], exitCode: .success)

    @Test("is the drop's, and the latest; root's alone, in Azure's form, with the time")
    func write() throws {
        try Tree.with { tree in
            let guest = try Guest.at(tree)
            try StatusFile(guest).write(Self.report, for: "drop-1")
            #expect(tree.names("/state/status") == ["drop-1.status", "latest.status"])
            let expected = AzureStatus.document(Self.report, timestamp: "2026-01-31T10:00:00Z").pretty()
            for name in ["drop-1", "latest"] {
                #expect(tree.bytes("/state/status/\(name).status") == expected)
                #expect(tree.mode("/state/status/\(name).status") == 0o600)
                #expect(try StatusFile(guest).read(name) == expected)
            }
            #expect(try StatusFile(guest).read("drop-2") == nil)
        }
    }

    @Test("of a run without a drop is the latest alone; an older one is replaced")
    func latest() throws {
        try Tree.with { tree in
            let guest = try Guest.at(tree)
            try StatusFile(guest).write(.started, for: nil)
            try StatusFile(guest).write(Self.report, for: nil)
            #expect(tree.names("/state/status") == ["latest.status"])
            #expect(tree.text("/state/status/latest.status")?.contains("Enable succeeded.") == true)
        }
    }

    @Test("is pruned: the oldest go, the thousand newest and the latest stay")
    func prune() throws {
        try Tree.with { tree in
            let guest = try Guest.at(tree)
            // Older by its name is not older by its time.
            for number in 0..<1004 {
                let name = "/state/status/\(number).status"
                try tree.file(name)
                var times = [timespec](repeating: timespec(tv_sec: 1_000_000 + (number * 7) % 1004, tv_nsec: 0), count: 2)
                utimensat(AT_FDCWD, tree.path + name, &times, 0)
            }
            try tree.file("/state/status/latest.status")
            var past = [timespec](repeating: timespec(tv_sec: 1, tv_nsec: 0), count: 2)
            utimensat(AT_FDCWD, tree.path + "/state/status/latest.status", &past, 0)
            try StatusFile(guest).prune()
            let left = Set(tree.names("/state/status"))
            #expect(left.count == 1001 && left.contains("latest.status"))
            let oldest = (0..<1004).filter { ($0 * 7) % 1004 < 4 }
            for number in oldest { #expect(!left.contains("\(number).status")) }
            try StatusFile(guest).prune()
            #expect(tree.names("/state/status").count == 1001)
        }
    }
}

@Suite("what is told besides") struct LogTests {
    @Test("goes to people as lines and to the journal as a record, escaped and bounded")
    func event() {
        let events = Events()
        events.log.event("x\n\u{1b}[2J", priority: 4, [("TOPIC", "sudo")])
        #expect(events.lines == ["vmaccess-agent: x\\x0a\\x1b[2J"])
        #expect(events.records == ["<4> x\\x0a\\x1b[2J TOPIC=sudo"])
        let long = Events()
        long.log.event(String(repeating: "x", count: 1_000_000))
        #expect(long.lines.count < 40 && (long.records.first?.utf8.count ?? 0) < 2100)
    }

    @Test(
        "of a report is one record with its verdict and its topics",
        arguments: [
            (Report.Verdict.success, 6, nil), (.warning, 4, "see to what is named above"),
            (.error, 3, "see journalctl -t vmaccess-agent, and send the"), (.transitioning, 6, nil),
        ])
    func report(_ verdict: Report.Verdict, _ priority: Int, _ next: String?) {
        let events = Events()
        let outcomes = [Report.Outcome(.authorizedKeys, verdict, "done: add a key")]
        events.log.report(Report(verdict: verdict, message: "m", outcomes: outcomes, exitCode: .success), source: "drop-1")
        let word = verdict.rawValue
        #expect(events.records == ["<\(priority)> m SOURCE=drop-1 VERDICT=\(word) AUTHORIZED_KEYS=\(word): done: add a key"])
        #expect(
            Array(events.lines.prefix(2)) == [
                "vmaccess-agent: drop-1: authorized_keys: \(word): done: add a key", "vmaccess-agent: drop-1: \(word): m",
            ])
        #expect(events.lines.dropFirst(2).first == next.map { "vmaccess-agent: drop-1: next: \($0)" })
    }

    @Test(
        "carries the time as others read it",
        arguments: [
            (0, "1970-01-01T00:00:00Z", "19700101T000000Z", 0), (1_769_853_600, "2026-01-31T10:00:00Z", "20260131T100000Z", 20484),
            (951_782_399, "2000-02-28T23:59:59Z", "20000228T235959Z", 11015),
            (951_782_400, "2000-02-29T00:00:00Z", "20000229T000000Z", 11016),
            (4_102_444_800, "2100-01-01T00:00:00Z", "21000101T000000Z", 47482),
        ])
    func clock(_ now: Int, _ timestamp: String, _ compact: String, _ today: Int) {
        let clock = Clock { now }
        #expect(clock.timestamp == timestamp && clock.compactTimestamp == compact && clock.today == today)
        // The zone is the machine's; the form is sshd's.
        #expect(clock.localTime(in: 300).utf8.count == 14 && clock.localTime(in: 300).utf8.allSatisfy { (0x30...0x39).contains($0) })
    }
}
