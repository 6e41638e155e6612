import AgentCore
import Testing

@Suite("what is said at boot") struct BootBlockTests {
    private static var block: BootBlock {
        var block = BootBlock()
        block.hostname = ForeignText("web-1")
        block.identity = String(repeating: "ab", count: 16)
        block.certificate = [String](repeating: "AB", count: 32).joined(separator: ":")
        block.hostKeys = [BootBlock.HostKey(type: "ssh-ed25519", fingerprint: "SHA256:" + String(repeating: "x", count: 43))]
        block.addresses = ["192.0.2.7", "2001:db8::7"]
        block.serving = [22]
        return block
    }

    @Test("tells who it is, where it is, and that SSH serves, within 79 columns")
    func lines() {
        let lines = Self.block.lines
        #expect(lines.allSatisfy { $0.utf8.count < 80 && $0.hasPrefix("vmaccess-agent: ") })
        #expect(lines.first == "vmaccess-agent: version \(agentVersion) on \"web-1\"")
        #expect(lines.contains("vmaccess-agent: addresses: 192.0.2.7, 2001:db8::7"))
        #expect(lines.last == "vmaccess-agent: SSH serves on port 22")
    }

    @Test("tells why SSH does not serve")
    func trouble() {
        var block = Self.block
        block.serving = []
        block.trouble = "ssh.service is masked"
        #expect(block.lines.last == "vmaccess-agent: SSH does not serve: ssh.service is masked")
    }

    @Test("is one line of JSON for programs, with nothing that is not known")
    func machine() throws {
        let line = BootBlock().machine
        #expect(
            line
                == #"vmaccess-agent:json {"boot":"\#(agentVersion)","identity":null,"certificate":null,"hostkeys":[],"addresses":[],"ssh":[]}"#
        )
    }

    @Test("escapes a host name that would move the cursor")
    func hostname() {
        var block = BootBlock()
        block.hostname = ForeignText("x\u{1b}[2J")
        #expect(block.lines.first?.contains("\u{1b}") == false)
    }

    @Test(
        "goes to the devices that are the console",
        arguments: [
            (nil, ["/dev/console"]), ("", ["/dev/console"]), ("ttyS0\n", ["/dev/console"]),
            ("tty0 ttyS0\n", ["/dev/console", "/dev/tty0"]),
            ("ttyS0 tty0\n", ["/dev/console", "/dev/ttyS0"]), ("../x ttyS0\n", ["/dev/console"]),
        ] as [(String?, [String])])
    func devices(_ active: String?, _ paths: [String]) {
        #expect(ConsoleDevices.paths(active.map { Array($0.utf8) }) == paths)
    }
}
