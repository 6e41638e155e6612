import AgentCore
import Testing

/// What is checked or repaired, and what never is.
@Suite("a plan for disks") struct DiskPlannerTests {
    private static func number(_ minor: UInt32) -> DeviceNumber { DeviceNumber(major: 8, minor: minor) }

    private static func disk(
        _ name: String, _ minor: UInt32, _ contents: BlockDevice.Contents = .fileSystem("ext4"), partitions: [String] = [],
        holders: [String] = [], isReadOnly: Bool = false, isHeld: Bool = false
    ) -> BlockDevice {
        BlockDevice(
            name: name, number: number(minor), contents: contents, partitions: partitions, holders: holders, isReadOnly: isReadOnly,
            isHeld: isHeld)
    }

    private static func mount(_ minor: UInt32, _ point: String, root: String = "/") -> MountEntry {
        MountEntry(
            number: number(minor), root: ForeignText(root), point: ForeignText(point), options: "rw", type: "ext4",
            source: ForeignText("/dev/sd\(minor)"))
    }

    /// All checkers are installed.
    private static func guest(_ disks: [BlockDevice], _ mounts: [MountEntry] = []) -> GuestTable {
        var guest = GuestTable()
        guest.disks = disks
        guest.mounts = .known(mounts)
        guest.files.formUnion(["e2fsck", "fsck.fat", "fsck.exfat", "xfs_repair", "btrfs"].map { "/usr/sbin/\($0)" })
        return guest
    }

    private static func repair(_ name: String) -> String { #"{"repair_disk":true,"disk_name":"\#(name)"}"# }

    @Test("repairs what is not mounted")
    func repair() throws {
        let plan = try Self.guest([Self.disk("sdc1", 33)]).plan(Self.repair("/dev/sdc1"))
        #expect(plan.steps.isEmpty)
        #expect(
            plan.lines == ["1. repair the ext4 file system of /dev/sdc1: e2fsck -f -y -- /dev/sdc1 (cannot be undone)"])
    }

    @Test("unmounts for a repair, and mounts again")
    func mounted() throws {
        let guest = Self.guest(
            [Self.disk("sdc1", 33, isHeld: true)], [Self.mount(1, "/"), Self.mount(33, "/data"), Self.mount(33, "/srv/x")])
        let plan = try guest.plan(Self.repair("sdc1"))
        #expect(plan.disks?.tasks.first?.points == [ForeignText("/data"), ForeignText("/srv/x")])
        #expect(
            plan.lines == [
                "1. repair the ext4 file system of /dev/sdc1: e2fsck -f -y -- /dev/sdc1; for that it is unmounted from /data, /srv/x, "
                    + "and mounted again (cannot be undone)"
            ])
    }

    @Test("takes the folder that a disk is mounted on for its name, as the Python extension does", arguments: ["/data", "data"])
    func byPoint(_ name: String) throws {
        let guest = Self.guest([Self.disk("sdc1", 33)], [Self.mount(33, "/data")])
        #expect(try guest.plan(Self.repair(name)).disks?.tasks.map(\.name) == ["sdc1"])
    }

    @Test(
        "by the program of each kind of file system",
        arguments: [
            ("ext2", "e2fsck -f -n -- /dev/sdc1", "e2fsck -f -y -- /dev/sdc1"),
            ("xfs", "xfs_repair -n -- /dev/sdc1", "xfs_repair -e -- /dev/sdc1"),
            ("vfat", "fsck.fat -n -- /dev/sdc1", "fsck.fat -a -- /dev/sdc1"),
            ("exfat", "fsck.exfat -n -- /dev/sdc1", "fsck.exfat -y -- /dev/sdc1"),
        ])
    func programs(_ type: String, _ check: String, _ repair: String) throws {
        let guest = Self.guest([Self.disk("sdc1", 33, .fileSystem(type))])
        #expect(try guest.plan(#"{"check_disk":true}"#).lines == ["1. check the \(type) file system of /dev/sdc1: \(check)"])
        #expect(
            try guest.plan(Self.repair("sdc1")).lines
                == ["1. repair the \(type) file system of /dev/sdc1: \(repair) (cannot be undone)"])
    }

    @Test("checks all that is not mounted, and says of the rest that it did not")
    func checkAll() throws {
        let guest = Self.guest(
            [
                Self.disk("sda", 0, .partitionTable("gpt"), partitions: ["sda1"]), Self.disk("sda1", 1, isHeld: true),
                Self.disk("sdb", 16, .swap),
                Self.disk("sdc1", 33), Self.disk("sdd", 48, .member("LVM2_member")), Self.disk("sde", 64, isHeld: true),
                Self.disk("sr0", 80, .fileSystem("iso9660")),
            ], [Self.mount(1, "/")])
        let plan = try guest.plan(#"{"check_disk":true}"#)
        #expect(plan.disks?.tasks.map(\.name) == ["sdc1"])
        #expect(
            plan.lines == [
                "1. check the ext4 file system of /dev/sdc1: e2fsck -f -n -- /dev/sdc1",
                "note: /dev/sda1 (ext4) is mounted on /, and was not checked",
                "note: not checked: /dev/sde is in use, though it is not mounted here: by a container, a volume or a program",
                "note: not checked: /dev/sr0 carries a file system of the type iso9660, which this version cannot check",
            ])
    }

    @Test("goes with other settings, and comes last")
    func combined() throws {
        var guest = Self.guest([Self.disk("sdc1", 33)])
        guest.account = .absent(groupExists: false)
        guest.sudo = .known(.none)
        let plan = try guest.plan(#"{"username":"bob","password":"P","check_disk":true}"#)
        #expect(plan.steps.count == 3)
        #expect(plan.lines.last == "4. check the ext4 file system of /dev/sdc1: e2fsck -f -n -- /dev/sdc1")
    }

    /// What is refused, and the sentence, for `sdc1`.
    private static let refusals: [(BlockDevice, [MountEntry], String, String)] = [
        (
            disk("sdc1", 33), [mount(33, "/")], "system-disk",
            "/dev/sdc1 holds the root file system, which the machine runs from: it is checked and repaired at boot, with fsck.mode=force fsck.repair=yes on the kernel's command line"
        ),
        (
            disk("sdc1", 33), [mount(33, "/data"), mount(33, "/var")], "system-disk",
            "/dev/sdc1 holds /var, which the machine runs from: it is checked and repaired at boot, with fsck.mode=force fsck.repair=yes on the kernel's command line"
        ),
        (disk("sdc1", 33, .swap), [], "no-file-system", "/dev/sdc1 holds swap, and no file system"),
        (
            disk("sdc1", 33, .member("crypto_LUKS")), [], "no-file-system",
            "/dev/sdc1 is a part of something else (crypto_LUKS), and carries no file system itself"
        ),
        (disk("sdc1", 33, .nothing), [], "no-file-system", "/dev/sdc1 carries no file system that is known"),
        (
            disk("sdc1", 33, .several), [], "no-file-system",
            "/dev/sdc1 carries signs of more than one file system: which one is meant is not guessed"
        ),
        (disk("sdc1", 33, .unreadable("no medium")), [], "no-file-system", "/dev/sdc1 cannot be read: no medium"),
        (disk("sdc1", 33, .partitionTable("dos")), [], "whole-disk", "/dev/sdc1 carries a partition table (dos), and no file system"),
        (
            disk("sdc1", 33, partitions: ["sdc1p1", "sdc1p2"]), [], "whole-disk",
            "/dev/sdc1 is a disk with partitions: name one of sdc1p1, sdc1p2"
        ),
        (disk("sdc1", 33, holders: ["dm-0"]), [], "disk-in-use", "/dev/sdc1 is a part of dm-0: name that, or what is made of it"),
        (
            disk("sdc1", 33, isHeld: true), [], "disk-in-use",
            "/dev/sdc1 is in use, though it is not mounted here: by a container, a volume or a program"
        ),
        (disk("sdc1", 33, isReadOnly: true), [], "disk-read-only", "/dev/sdc1 is read-only"),
        (
            disk("sdc1", 33), [mount(33, "/data"), mount(49, "/data/x")], "disk-in-use",
            "/dev/sdc1 cannot be unmounted from /data: something else is mounted in it, on /data/x"
        ),
        (
            disk("sdc1", 33), [mount(33, "/srv", root: "/www")], "disk-in-use",
            "a folder of /dev/sdc1, /www, is mounted by itself on /srv: unmount that first"
        ),
        (
            disk("sdc1", 33, .fileSystem("zfs_member")), [], "unsupported-file-system",
            "/dev/sdc1 carries a file system of the type zfs_member, which this version cannot check"
        ),
        (
            disk("sdc1", 33, .fileSystem("btrfs")), [], "unsupported-file-system",
            "/dev/sdc1 carries btrfs, whose makers advise against repairs by btrfs alone: send \"check_disk\", and see its manual page"
        ),
        (disk("sdd1", 49), [], "no-disk", "this machine has no block device sdc1; those with a file system are: sdd1"),
    ]

    @Test("refuses what must not be repaired", arguments: refusals.indices)
    func refused(_ index: Int) throws {
        let (disk, mounts, reason, message) = Self.refusals[index]
        #expect(try Self.guest([disk], mounts).refusal(Self.repair("sdc1")) == Refusal(reason: reason, message: message))
    }

    @Test("refuses to check what is mounted")
    func checkMounted() throws {
        let guest = Self.guest([Self.disk("sdc1", 33, isHeld: true)], [Self.mount(33, "/data")])
        #expect(
            try guest.refusal(#"{"check_disk":true,"disk_name":"sdc1"}"#)
                == Refusal(
                    reason: "disk-mounted",
                    message: "/dev/sdc1 is mounted on /data, and what a check says of a mounted file system means nothing: "
                        + "send \"repair_disk\", which unmounts it for that time"))
    }

    @Test("refuses all where it cannot be told what is mounted")
    func unknownMounts() throws {
        var guest = Self.guest([Self.disk("sdc1", 33)])
        guest.mounts = .unknown("/proc/1/mountinfo is not there")
        for settings in [Self.repair("sdc1"), #"{"check_disk":true}"#] {
            #expect(
                try guest.refusal(settings)
                    == Refusal(reason: "mounts-unknown", message: "what is mounted cannot be told: /proc/1/mountinfo is not there"))
        }
    }

    @Test("says which package a checker is in")
    func missingTool() throws {
        var guest = Self.guest([Self.disk("sdc1", 33, .fileSystem("xfs"))])
        guest.files.remove("/usr/sbin/xfs_repair")
        #expect(
            try guest.refusal(Self.repair("sdc1"))
                == Refusal(
                    reason: "no-checker", message: "/dev/sdc1 carries xfs, and xfs_repair is not installed: install the package xfsprogs"))
    }

    @Test("writes the kernel's exclamation marks as slashes")
    func names() { #expect(Self.disk("cciss!c0d0p1", 1).node == "/dev/cciss/c0d0p1") }

    @Test("is kept as JSON and read back")
    func document() throws {
        let task = DiskTask(.repair, name: "sdc1", number: Self.number(33), type: "ext4", points: [ForeignText("/a b\n\u{f6}")])
        let text = Secret(copying: task.document.compact())
        #expect(try DiskTask(JSONReader.read(text).root) == task)
        for other in ["{}", #"{"action":"x","name":"a","major":1,"minor":1,"type":"ext4","points":[]}"#, "1"] {
            #expect(try DiskTask(JSONReader.read(secret(other)).root) == nil)
        }
    }
}

@Suite("what blkid says") struct BlkidTests {
    @Test(
        "is read by usage, type and partition table",
        arguments: [
            ("DEVNAME=/dev/sdc1\nUUID=5e7884d9\nTYPE=ext4\nUSAGE=filesystem\n", BlockDevice.Contents.fileSystem("ext4")),
            ("TYPE=swap\nUSAGE=other\n", .swap), ("TYPE=swsuspend\nUSAGE=other\n", .swap),
            ("TYPE=LVM2_member\nUSAGE=raid\n", .member("LVM2_member")),
            ("TYPE=linux_raid_member\nUSAGE=raid\n", .member("linux_raid_member")),
            ("TYPE=crypto_LUKS\nUSAGE=crypto\n", .member("crypto_LUKS")), ("PTUUID=1\nPTTYPE=gpt\n", .partitionTable("gpt")),
            ("PTTYPE=dos\nTYPE=vfat\nUSAGE=filesystem\n", .fileSystem("vfat")), ("LABEL=x\u{1b}[2J\n", .nothing), ("", .nothing),
        ])
    func contents(_ output: String, _ contents: BlockDevice.Contents) {
        #expect(BlockDevice.Contents(blkid: Array(output.utf8)) == contents)
    }
}
