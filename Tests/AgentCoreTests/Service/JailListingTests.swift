import AgentCore
import Testing

@Suite struct JailListingTests {
    @Test func jailsAndAddressesAreRead() {
        let status = "Status\n|- Number of jail:\t2\n`- Jail list:\trecidive, sshd\n"
        #expect(JailListing.jails(in: Array(status.utf8)) == ["recidive", "sshd"])
        #expect(JailListing.jails(in: Array("Status\n`- Jail list:\t--all\n".utf8)) == [])
        #expect(
            JailListing.addresses(in: Array("192.0.2.1 2001:db8::1\n10.0.0.0/8 -x\n".utf8)) == ["192.0.2.1", "2001:db8::1", "10.0.0.0/8"])
    }
}
