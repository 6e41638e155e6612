import AgentCore
import Testing

/// What a user reads of a check or a repair; the bits are those of fsck(8).
@Suite("the result for a disk") struct DiskResultTests {
    private static func task(_ action: DiskTask.Action, _ type: String = "ext4", _ points: [String] = []) -> DiskTask {
        DiskTask(action, name: "sdc1", number: DeviceNumber(major: 8, minor: 33), type: type, points: points.map { ForeignText($0) })
    }

    private static let nothing = Report(verdict: .success, message: "", outcomes: [], exitCode: .success)

    private static func alone(_ result: DiskResult) -> Report { nothing.adding([result], notes: [], isAlone: true) }

    @Test(
        "says what each bit of the exit code means",
        arguments: [
            (0, "it found no errors"), (1, "errors were corrected"), (2, "the machine should be rebooted"),
            (4, "errors are left uncorrected"),
            (8, "it could not do its work"), (16, "it did not understand its options"), (32, "it was cancelled"),
            (128, "it could not be loaded (a shared library)"), (3, "errors were corrected, the machine should be rebooted"),
            (12, "errors are left uncorrected, it could not do its work"), (64, "it ended with code 64"),
        ])
    func bits(_ code: Int32, _ words: String) { #expect(FsckExit(rawValue: code).words == words) }

    @Test(
        "of a repair",
        arguments: [
            (0, Report.Verdict.success, "Enable succeeded. /dev/sdc1 (ext4): it found no errors"),
            (1, .success, "Enable succeeded. /dev/sdc1 (ext4): errors were corrected"),
            (3, .warning, "/dev/sdc1 (ext4): errors were corrected, the machine should be rebooted"),
            (4, .error, "Enable failed: /dev/sdc1 (ext4): errors are left uncorrected"),
            (8, .error, "Enable failed: /dev/sdc1 (ext4): it could not do its work"),
            (32, .error, "Enable failed: /dev/sdc1 (ext4): it was cancelled"),
        ] as [(Int32, Report.Verdict, String)])
    func repair(_ code: Int32, _ verdict: Report.Verdict, _ message: String) throws {
        let checker = try #require(FileSystemChecker(for: "ext4"))
        let report = Self.alone(DiskResult(Self.task(.repair), .ended(checker.meaning(of: code, .repair))))
        #expect(report.verdict == verdict)
        #expect(report.message == message)
        #expect(report.exitCode == (verdict == .error ? .failure : .success))
        #expect(report.outcomes.map(\.topic) == [.disk])
    }

    @Test(
        "of a check: nothing was corrected, whatever the program calls it",
        arguments: [
            ("ext4", 0, true), ("ext4", 4, false), ("vfat", 0, true), ("vfat", 1, false), ("exfat", 1, false), ("xfs", 0, true),
            ("xfs", 1, false),
            ("btrfs", 0, true), ("btrfs", 1, false),
        ] as [(String, Int32, Bool)])
    func check(_ type: String, _ code: Int32, _ isClean: Bool) throws {
        let checker = try #require(FileSystemChecker(for: type))
        let report = Self.alone(DiskResult(Self.task(.check, type), .ended(checker.meaning(of: code, .check))))
        let faulty = "/dev/sdc1 (\(type)) has errors; to have them corrected send \"repair_disk\": true and \"disk_name\": \"sdc1\""
        #expect(report.verdict == (isClean ? .success : .warning))
        #expect(report.message == (isClean ? "Enable succeeded. /dev/sdc1 (\(type)): it found no errors" : faulty))
    }

    @Test(
        "of programs with exit codes of their own",
        arguments: [
            ("xfs", DiskTask.Action.repair, 0, FsckExit([])), ("xfs", .repair, 4, .corrected), ("xfs", .repair, 2, .operational),
            ("xfs", .repair, 1, .operational), ("xfs", .check, 2, .operational), ("vfat", .repair, 1, .corrected),
            ("vfat", .check, 2, .operational),
        ] as [(String, DiskTask.Action, Int32, FsckExit)])
    func others(_ type: String, _ action: DiskTask.Action, _ code: Int32, _ exit: FsckExit) throws {
        #expect(try #require(FileSystemChecker(for: type)).meaning(of: code, action) == exit)
    }

    @Test("tells that it is mounted again, or why not")
    func mounts() {
        let again = Self.alone(DiskResult(Self.task(.repair, "ext4", ["/data"]), .ended(.corrected), said: "a; b"))
        #expect(again.message == "Enable succeeded. /dev/sdc1 (ext4): errors were corrected [a; b]; it is mounted on /data again")
        let gone = Self.alone(
            DiskResult(Self.task(.repair, "ext4", ["/data"]), .ended(.corrected), problems: ["cannot mount /data again: x"]))
        #expect(gone.verdict == .error)
        #expect(gone.message == "Enable failed: /dev/sdc1 (ext4): errors were corrected; cannot mount /data again: x")
    }

    @Test("stands beside that of the other settings, and the worse one counts")
    func combined() {
        let login = Report(
            verdict: .success, message: "Enable succeeded. sshd let bob in by key", outcomes: [Report.Outcome(.proof, .success, "in")],
            exitCode: .success)
        let good = login.adding([DiskResult(Self.task(.repair), .ended(.corrected))], notes: [], isAlone: false)
        #expect(good.verdict == .success)
        #expect(good.message == "Enable succeeded. sshd let bob in by key; /dev/sdc1 (ext4): errors were corrected")
        let bad = login.adding([DiskResult(Self.task(.repair), .failed("why"))], notes: [], isAlone: false)
        #expect(bad.verdict == .error)
        #expect(bad.message == "Enable failed: sshd let bob in by key; /dev/sdc1 (ext4) was not repaired: why")
        #expect(bad.outcomes.map(\.topic) == [.proof, .disk])
        let warned = Report(verdict: .warning, message: "but", outcomes: [], exitCode: .success)
        #expect(warned.adding([DiskResult(Self.task(.repair), .ended([]))], notes: [], isAlone: false).verdict == .warning)
    }

    @Test("of a check with nothing to check is a warning that says why")
    func nothingToCheck() {
        let report = Self.nothing.adding([], notes: ["/dev/sda1 (ext4) is mounted on /, and was not checked"], isAlone: true)
        #expect(report.verdict == .warning)
        #expect(
            report.message == "there is no file system that could be checked now; /dev/sda1 (ext4) is mounted on /, and was not checked")
    }

    @Test("is transitioning while the unit runs, and names it")
    func waiting() {
        let report = Self.nothing.waiting(for: [Self.task(.repair)], unit: "vmaccess-agent-disk-1.service")
        #expect(report.verdict == .transitioning)
        #expect(report.message == "repairing /dev/sdc1 by vmaccess-agent-disk-1.service; this status is written anew when that has ended")
    }

    @Test("is kept as JSON and read back")
    func document() throws {
        let report = Report(
            verdict: .error, message: "x \"y\" \\",
            outcomes: [Report.Outcome(.disk, .warning, "a"), Report.Outcome(.proof, .success, "b")],
            exitCode: .failure)
        let read = try #require(Report(JSONReader.read(Secret(copying: report.document.compact())).root))
        #expect(read.verdict == report.verdict && read.message == report.message && read.exitCode == report.exitCode)
        #expect(read.outcomes.map(\.topic) == [.disk, .proof] && read.outcomes.map(\.message) == ["a", "b"])
        #expect(try Report(JSONReader.read(secret(#"{"verdict":"success"}"#)).root) == nil)
    }
}

@Suite("the words of a checker") struct CheckerWordsTests {
    @Test("are what it found, without its progress")
    func found() {
        let output = """
            e2fsck 1.47.0 (5-Feb-2023)
            ext2fs_open2: Bad magic number in super-block
            Pass 1: Checking inodes, blocks, and sizes
            Free blocks count wrong for group #3 (7932, counted=8192).
            Fix? yes

            /dev/loop0: 11/76912 files (0.0% non-contiguous), 29591/307200 blocks
            """
        #expect(
            CheckerWords.summary(Array(output.utf8))
                == "ext2fs_open2: Bad magic number in super-block; Free blocks count wrong for group #3 (7932, counted=8192).; "
                + "/dev/loop0: 11/76912 files (0.0% non-contiguous), 29591/307200 blocks")
    }

    @Test("are bounded, and escaped: names of files are among them")
    func bounded() {
        let many = (0..<100).map { "Entry 'x\u{1b}[2J' in /\(String(repeating: "y", count: 300)) \($0)\n" }.joined()
        let summary = CheckerWords.summary(Array(many.utf8))
        #expect(summary.utf8.count <= 503)
        #expect(summary.hasPrefix("Entry 'x\\x1b[2J' in /yyy"))
        #expect(summary.utf8.allSatisfy { (0x20...0x7e).contains($0) })
        #expect(CheckerWords.summary([]).isEmpty)
    }
}
