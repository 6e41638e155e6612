/// The program that checks and repairs a kind of file system, and what its exit code says.
package struct FileSystemChecker: Hashable, Sendable {
    package let tool: Tool
    private let looks: [String]
    /// nil: its makers advise against a repair by the program alone.
    private let repairs: [String]?

    /// nil where this version has no way to check that kind.
    package init?(for type: String) {
        switch type {
        case "ext2", "ext3", "ext4":
            // -f: also one that says of itself that it is clean.
            self.init(.e2fsck, looks: ["-f", "-n"], repairs: ["-f", "-y"])
        case "vfat", "msdos": self.init(.fsckFAT, looks: ["-n"], repairs: ["-a"])
        case "exfat": self.init(.fsckExFAT, looks: ["-n"], repairs: ["-y"])
        // -e: say by the exit code that something was repaired.
        case "xfs": self.init(.xfsRepair, looks: ["-n"], repairs: ["-e"])
        case "btrfs": self.init(.btrfs, looks: ["check", "--readonly"], repairs: nil)
        default: return nil
        }
    }

    private init(_ tool: Tool, looks: [String], repairs: [String]?) {
        self.tool = tool
        self.looks = looks
        self.repairs = repairs
    }

    package func call(_ action: DiskTask.Action, _ node: String) -> ToolCall? {
        let options = action == .check ? looks : repairs
        return options.map { ToolCall(tool, $0 + ["--", node]) }
    }

    /// What its exit code says, in fsck's terms.
    package func meaning(of code: Int32, _ action: DiskTask.Action) -> FsckExit {
        switch tool {
        case .xfsRepair:
            switch (code, action) {
            case (0, _): return []
            case (1, .check): return .uncorrected
            case (4, .repair): return .corrected
            default: return .operational
            }
        case .btrfs: return code == 0 ? [] : .uncorrected
        case .fsckFAT where code == 2: return .operational
        default:
            let bits = FsckExit(rawValue: code)
            // What only looks corrects nothing: fsck.fat says so of what it would have corrected.
            guard action == .check, !bits.isDisjoint(with: [.corrected, .reboot]) else { return bits }
            return bits.subtracting([.corrected, .reboot]).union(.uncorrected)
        }
    }
}

/// The exit code of fsck(8), which is a sum of bits.
package struct FsckExit: OptionSet, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    package static let corrected = FsckExit(rawValue: 1)
    package static let reboot = FsckExit(rawValue: 2)
    package static let uncorrected = FsckExit(rawValue: 4)
    package static let operational = FsckExit(rawValue: 8)
    package static let usage = FsckExit(rawValue: 16)
    package static let cancelled = FsckExit(rawValue: 32)
    package static let library = FsckExit(rawValue: 128)

    /// The check itself came to an end.
    package var isAnswer: Bool { isSubset(of: [.corrected, .reboot, .uncorrected]) }

    package var words: String {
        let all: [(FsckExit, String)] = [
            (.corrected, "errors were corrected"), (.reboot, "the machine should be rebooted"),
            (.uncorrected, "errors are left uncorrected"),
            (.operational, "it could not do its work"), (.usage, "it did not understand its options"),
            (.cancelled, "it was cancelled"), (.library, "it could not be loaded (a shared library)"),
        ]
        let known = all.filter { contains($0.0) }.map(\.1)
        if isEmpty { return "it found no errors" }
        return known.isEmpty ? "it ended with code \(rawValue)" : known.joined(separator: ", ")
    }
}
