import AgentCore
import Testing

@Suite("fstab") struct FileSystemTableTests {
    @Test("names what every boot mounts")
    func wanted() {
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
        #expect(FileSystemTable.wanted(Array(fstab.utf8)).map { $0.escaped() } == ["/", "/home", "/srv/a b"])
    }
}
