import AgentCore
import Testing

@Suite("a disk that may bring settings") struct MediumTests {
    @Test(
        "is a whole virtio, SCSI or USB disk, or an optical drive",
        arguments: [
            ("vdb", "/sys/devices/pci0000:00/0000:00:05.0/virtio3/block/vdb"),
            ("vda", "/sys/devices/platform/a003e00.virtio_mmio/virtio1/block/vda"),
            ("sda", "/sys/devices/pci0000:00/0000:00:04.0/virtio2/host0/target0:0:1/0:0:1:0/block/sda"),
            ("sdaa", "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/host6/target6:0:0/6:0:0:0/block/sdaa"),
            ("sr0", "/sys/devices/pci0000:00/0000:00:01.1/ata2/host1/target1:0:0/1:0:0:0/block/sr0"),
            ("sdc", "/sys/devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0004:00/VMBUS:00/f8b3781a/host1/target1:0:0/1:0:0:0/block/sdc"),
        ])
    func accepted(_ name: String, _ place: String) {
        #expect(Medium.objection(name: ForeignText(name), place: place, isPartition: false) == nil)
    }

    @Test(
        "is nothing that can be made inside the machine",
        arguments: [
            ("loop0", "/sys/devices/virtual/block/loop0"), ("dm-0", "/sys/devices/virtual/block/dm-0"),
            ("md0", "/sys/devices/virtual/block/md0"), ("nbd0", "/sys/devices/virtual/block/nbd0"),
            ("zram0", "/sys/devices/virtual/block/zram0"), ("ram0", "/sys/devices/virtual/block/ram0"),
            ("vda", "/sys/devices/virtual/vduse/x/virtio5/block/vda"), ("vda", "/sys/devices/virtual/block/vda"),
            ("sda", "/sys/devices/pseudo_0/adapter0/host2/target2:0:0/2:0:0:0/block/sda"),
            ("sda", "/sys/devices/tcm_loop_0/tcm_loop_adapter_0/host3/target3:0:1/3:0:1:0/block/sda"),
            ("sda", "/sys/devices/platform/host4/session1/target4:0:0/4:0:0:0/block/sda"),
            ("sda", "/sys/devices/pci0000:00/0000:00:05.0/virtio3/block/vdb"), ("sda", "/sys/devices/pci0000:00/block/sda"),
            ("vda", "/somewhere/virtio1/block/vda"), ("vdb1", "/sys/devices/pci0000:00/0000:00:05.0/virtio3/block/vdb/vdb1"),
            ("nvme0n1", "/sys/devices/pci0000:00/0000:00:06.0/nvme/nvme0/nvme0n1"), ("fd0", "/sys/devices/platform/floppy.0/block/fd0"),
            ("", "/sys/devices/pci0000:00/virtio3/block"), ("vd", "/sys/devices/pci0000:00/virtio3/block/vd"),
            ("sd../x", "/sys/devices/pci0000:00/host1/block/sd../x"), ("vd\n", "/sys/devices/pci0000:00/virtio3/block/vd\n"),
        ])
    func refused(_ name: String, _ place: String) {
        #expect(Medium.objection(name: ForeignText(name), place: place, isPartition: false) != nil)
    }

    @Test("is whole")
    func partition() {
        let place = "/sys/devices/pci0000:00/0000:00:05.0/virtio3/block/vdb"
        #expect(Medium.objection(name: ForeignText("vdb"), place: place, isPartition: true) == "is a partition, not a whole disk")
    }
}

@Suite("what came before") struct ArrivalMemoryTests {
    @Test("is counted, ended, forgotten, and comes back from its file")
    func roundTrip() throws {
        var memory = ArrivalMemory()
        memory.begin("a")
        memory.begin("a")
        memory.begin("b")
        memory.end("b")
        let read = try #require(ArrivalMemory(Secret(copying: memory.document.compact())))
        #expect(read == memory && read.entry("a")?.attempts == 2 && read.entry("a")?.isDone == false && read.entry("b")?.isDone == true)
        memory.forget("a")
        #expect(memory.entry("a") == nil && memory.entry("b") != nil)
    }

    @Test("keeps the newest")
    func bounded() {
        var memory = ArrivalMemory()
        for number in 0..<1000 { memory.begin("\(number)") }
        #expect(memory.entries.count == 256 && memory.entry("999") != nil && memory.entry("0") == nil)
    }

    @Test("that is damaged is none", arguments: ["", "{}", #"{"version":2,"arrivals":[]}"#, #"{"version":1,"arrivals":[{"mark":1}]}"#])
    func damaged(_ text: String) {
        #expect(ArrivalMemory(Secret(copying: Array(text.utf8))) == nil)
    }
}
