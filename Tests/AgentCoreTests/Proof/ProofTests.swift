import AgentCore
import Testing

@Suite("a proof") struct ProofTests {
    typealias Attempt = Proof.Attempt

    static let loopback = Proof.Route(origin: .loopback, family: .ipv4, address: "127.0.0.1", port: 22)
    static let network = Proof.Route(origin: .network, family: .ipv4, address: "192.0.2.1", port: 22)
    static let network6 = Proof.Route(origin: .network, family: .ipv6, address: "2001:db8::1", port: 22)

    static func attempt(
        _ route: Proof.Route, _ credential: Proof.Credential = .key, _ result: SSHTranscript.Result = .loggedIn, refused: [String] = []
    ) -> Attempt {
        Attempt(route: route, credential: credential, result: result, refusedKeys: refused)
    }

    static func proof(_ attempts: [Attempt], gaps: [String] = []) throws -> Proof {
        Proof(user: try user("bob"), attempts: attempts, gaps: gaps)
    }

    @Test(
        "is one where every attempt logged in, at least one as others come",
        arguments: [
            ("one way", [attempt(network)]),
            ("two ways", [attempt(loopback), attempt(network)]),
            ("both credentials", [attempt(loopback), attempt(network), attempt(loopback, .password), attempt(network, .password)]),
        ])
    func proven(_: String, _ attempts: [Attempt]) throws {
        #expect(try Self.proof(attempts).isProven)
    }

    @Test(
        "is none where anything is missing",
        arguments: [
            ("no attempt at all", [], []),
            ("the loopback alone", [attempt(loopback)], []),
            ("one of two refused", [attempt(network), attempt(network, .password, .refused("no"))], []),
            ("no session", [attempt(network, .key, .noSession("no shell"))], []),
            ("nobody there", [attempt(loopback), attempt(network, .key, .unreachable("timed out"))], []),
            ("a stranger", [attempt(network, .key, .stranger("it has another host key"))], []),
            ("let in, but not by the key that was sent", [attempt(network, refused: ["number 1"])], []),
            ("something that could not be asked", [attempt(network)], ["IPv6 was not asked"]),
        ] as [(String, [Attempt], [String])])
    func unproven(_: String, _ attempts: [Attempt], _ gaps: [String]) throws {
        #expect(try !Self.proof(attempts, gaps: gaps).isProven)
    }

    @Test(
        "is filtered where the loopback reaches sshd and others do not",
        arguments: [
            ("dropped", [attempt(loopback), attempt(network, .key, .unreachable("timed out"))], true),
            ("refused on the loopback is reached", [attempt(loopback, .key, .refused("no")), attempt(network, .key, .unreachable("x"))], true),
            ("one family of two", [attempt(loopback), attempt(network), attempt(network6, .key, .unreachable("x"))], true),
            ("open", [attempt(loopback), attempt(network)], false),
            ("refused everywhere", [attempt(loopback, .key, .refused("no")), attempt(network, .key, .refused("no"))], false),
            (
                "sshd is down: that is no firewall",
                [attempt(loopback, .key, .unreachable("x")), attempt(network, .key, .unreachable("x"))], false
            ),
            ("not asked", [], false),
        ] as [(String, [Attempt], Bool)])
    func filtered(_: String, _ attempts: [Attempt], _ expected: Bool) throws {
        #expect(try Self.proof(attempts).isFiltered == expected)
    }

    @Test(
        "tells in words who got in, from where, and what failed why",
        arguments: [
            (
                [attempt(loopback), attempt(network)],
                "sshd let bob in by key from the loopback (IPv4) and another network namespace (IPv4), port 22"
            ),
            (
                [attempt(network), attempt(network6), attempt(network, .password), attempt(network6, .password)],
                "sshd let bob in by key and by password from another network namespace (IPv4, IPv6), port 22"
            ),
            (
                [attempt(loopback), attempt(network), attempt(loopback, .password, .refused("Permission denied (publickey)."))],
                "sshd let bob in by key from the loopback (IPv4) and another network namespace (IPv4), port 22; "
                    + "not proven by password from the loopback (IPv4), port 22: sshd refused it: Permission denied (publickey)."
            ),
            (
                [attempt(loopback, refused: ["number 1", "number 3"])],
                "not proven by key from the loopback (IPv4), port 22: sshd does not accept the key number 1, number 3"
            ),
            (
                [attempt(network, .key, .noSession("This account is currently not available."))],
                "not proven by key from another network namespace (IPv4), port 22: "
                    + "sshd accepted it but gave no session: This account is currently not available."
            ),
            (
                [attempt(network6, .password, .unreachable("timed out"))],
                "not proven by password from another network namespace (IPv6), port 22: sshd could not be reached: timed out"
            ),
            (
                [attempt(network, .key, .stranger("it has another host key"))],
                "not proven by key from another network namespace (IPv4), port 22: "
                    + "what answers there is not this machine's sshd: it has another host key"
            ),
        ])
    func message(_ attempts: [Attempt], _ expected: String) throws {
        #expect(try Self.proof(attempts).message == expected)
    }

    @Test("tells different ways of different credentials apart, and every port")
    func places() throws {
        let other = Proof.Route(origin: .network, family: .ipv4, address: "192.0.2.1", port: 2222)
        #expect(
            try Self.proof([Self.attempt(Self.network), Self.attempt(other), Self.attempt(Self.network, .password)]).message
                == "sshd let bob in by key from another network namespace (IPv4), port 22, 2222; "
                + "sshd let bob in by password from another network namespace (IPv4), port 22")
    }

    @Test("names every gap")
    func gaps() throws {
        #expect(
            try Self.proof([], gaps: ["cannot ask sshd: ssh.service is inactive", "x"]).message
                == "not proven: cannot ask sshd: ssh.service is inactive; not proven: x")
    }

    @Test(
        "is summed up by who got in by what",
        arguments: [
            ([attempt(loopback), attempt(network)], "sshd let bob in by key"),
            ([attempt(network, .password)], "sshd let bob in by password"),
            ([attempt(network, .password), attempt(network)], "sshd let bob in by key and by password"),
        ])
    func summary(_ attempts: [Attempt], _ expected: String) throws {
        #expect(try Self.proof(attempts).summary == expected)
    }
}
