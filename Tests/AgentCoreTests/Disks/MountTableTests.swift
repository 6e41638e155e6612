import AgentCore
import Testing

@Suite("the mount table") struct MountTableTests {
    private static func entry(_ line: String) -> MountEntry? { MountTable.entries(in: Array((line + "\n").utf8)).first }

    @Test("gives device, place, type and options of each mount")
    func fields() throws {
        let table = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
            514 22 8:33 / /data ro,nosuid - xfs /dev/sdc1 rw,attr2
            515 22 0:40 /@home /home rw,relatime shared:9 master:3 - btrfs /dev/sdd rw,subvol=/@home
            """
        let entries = MountTable.entries(in: Array(table.utf8))
        #expect(entries.map(\.number.text) == ["8:1", "8:33", "0:40"])
        #expect(entries.map { $0.point.escaped() } == ["/", "/data", "/home"])
        #expect(entries.map { $0.root.escaped() } == ["/", "/", "/@home"])
        #expect(entries.map(\.type) == ["ext4", "xfs", "btrfs"])
        #expect(entries.map { $0.source.escaped() } == ["/dev/sda1", "/dev/sdc1", "/dev/sdd"])
        #expect(entries.map(\.options) == ["rw,relatime,errors=remount-ro", "ro,nosuid,attr2", "rw,relatime,subvol=/@home"])
    }

    @Test("has odd bytes of a path in octal (proc_pid_mountinfo(5))")
    func escapes() {
        #expect(Self.entry(#"1 2 8:1 / /a\040b\011\134c\012 rw - ext4 /dev/x rw"#)?.point == ForeignText("/a b\t\\c\n"))
        #expect(Self.entry(#"1 2 8:1 / /a\04 rw - ext4 /dev/x rw"#)?.point == ForeignText(#"/a\04"#))
        #expect(Self.entry(#"1 2 8:1 / /a\089 rw - ext4 /dev/x rw"#)?.point == ForeignText(#"/a\089"#))
    }

    @Test(
        "passes over what is no entry",
        arguments: [
            "", "x", "1 2 8:1 / / rw ext4 /dev/x rw", "1 2 8 / / rw - ext4 x rw", "1 2 8:1 / / rw - ext4", "1 2 8:1:2 / / rw - ext4 x rw",
        ])
    func garbage(_ line: String) { #expect(Self.entry(line) == nil) }

    @Test(
        "gives systemd's names of units (systemd.unit(5))",
        arguments: [
            ("/", "-.mount"), ("/data", "data.mount"), ("/srv/a-b", #"srv-a\x2db.mount"#), ("/.hidden", #"\x2ehidden.mount"#),
            ("/a.b/_c:d", "a.b-_c:d.mount"), ("/\u{f6}", #"\xc3\xb6.mount"#), ("/a b", #"a\x20b.mount"#),
            ("/run/credentials/@x", #"run-credentials-\x40x.mount"#),
        ])
    func units(_ point: String, _ unit: String) {
        let entry = MountEntry(
            number: DeviceNumber(major: 8, minor: 1), root: ForeignText("/"), point: ForeignText(point), options: "", type: "ext4",
            source: ForeignText("/dev/sda1"))
        #expect(entry.unit() == unit)
    }

    @Test("tells what is mounted in a mount")
    func covers() throws {
        func at(_ point: String) -> MountEntry {
            MountEntry(
                number: DeviceNumber(major: 8, minor: 1), root: ForeignText("/"), point: ForeignText(point), options: "", type: "ext4",
                source: ForeignText("/dev/sda1"))
        }
        #expect(at("/data").covers(at("/data/x")))
        #expect(at("/").covers(at("/data")))
        #expect(!at("/data").covers(at("/data")))
        #expect(!at("/data").covers(at("/database")))
        #expect(!at("/").covers(at("/")))
    }
}
