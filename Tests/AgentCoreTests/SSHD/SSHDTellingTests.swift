import Testing

@testable import AgentCore

@Suite("what a configuration tells apart") struct SSHDTellingTests {
    private static let names = [UserName("alice"), UserName("bob")].compactMap { $0 }
    private let alice = Connection(user: names[0], address: "203.0.113.1")
    private let aliceHere = Connection(user: names[0])
    private let bob = Connection(user: names[1], address: "203.0.113.1")

    @Test(
        "users and sources, each only where a Match asks about them",
        arguments: [
            (text: "Port 22\nPasswordAuthentication no\n", users: false, sources: false),
            (text: "# Match User bob\n", users: false, sources: false),
            (text: "Match all\nX11Forwarding no\n", users: false, sources: false),
            (text: "Match User bob\nX11Forwarding no\n", users: true, sources: false),
            (text: "Match Group sudo\n", users: true, sources: false),
            (text: "Match Address 10.0.0.0/8\n", users: false, sources: true),
            (text: "match host=*.example.com\n", users: false, sources: true),
            (text: "Match LocalPort 22\n", users: false, sources: true),
            (text: "Match User bob LocalAddress 127.0.0.1\n", users: true, sources: true),
            // What cannot be read may mean anything.
            (text: "Match Moon full\n", users: true, sources: true),
            (text: "Match \"User bob\n", users: true, sources: true),
            (text: "Match\n", users: true, sources: true),
        ])
    func matches(_ text: String, users: Bool, sources: Bool) {
        for configuration in [SSHDFixture(main: text), SSHDFixture(main: "Include *.conf\n", dropIns: ["a.conf": text])] {
            let read = configuration.read()
            #expect(read.maySet(alice, apartFrom: bob) == users)
            #expect(read.maySet(alice, apartFrom: aliceHere) == sources)
            #expect(!read.maySet(alice, apartFrom: alice))
        }
    }
}
