import AgentCore
import Testing

@Suite struct MountTableTests {
    @Test func fstabNamesWhatEveryBootMounts() {
        let fstab = """
            # /etc/fstab
            UUID=1 / ext4 errors=remount-ro 0 1
            UUID=2\t/home\text4 defaults 0 2
            UUID=3 none swap sw 0 0
            /dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0
            #UUID=4 /old ext4 defaults 0 2
            nas:/x /srv/a\\040b nfs _netdev,nofail

            short /line
            """
        #expect(MountTable.wanted(fstab: Array(fstab.utf8)).map { $0.escaped() } == ["/", "/home", "/srv/a b"])
    }

    @Test func mountinfoNamesWhatIsMounted() {
        let mountinfo = """
            22 1 8:1 / / ro,relatime shared:1 - ext4 /dev/sda1 ro
            23 22 0:21 / /proc rw,nosuid - proc proc rw
            40 22 8:2 / /srv/a\\040b rw shared:2 - ext4 /dev/sda2 rw
            """
        #expect(MountTable.mounted(mountinfo: Array(mountinfo.utf8)).map { $0.escaped() } == ["/", "/proc", "/srv/a b"])
    }
}
