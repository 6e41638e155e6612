import AgentCore
import Testing

@testable import AgentSystem

/// ssh_config(5), ssh(1).
@Suite("an attempt by ssh") struct SSHAttemptTests {
    private static func attempt(_ origin: Proof.Route.Origin = .network, keys: [String] = []) throws -> SSHAttempt {
        SSHAttempt(
            route: Proof.Route(origin: origin, family: .ipv6, address: "2001:db8::1", port: 2222), credential: .key,
            user: try #require(UserName("bob")), token: "TOKEN", askedKeys: keys)
    }

    /// The values of its -o options.
    private static func options(_ command: Command) -> [String: String] {
        let words = command.call.arguments
        var options: [String: String] = [:]
        for (word, next) in zip(words, words.dropFirst()) where word == "-o" {
            let parts = next.split(separator: "=", maxSplits: 1).map(String.init)
            #expect(parts.count == 2 && options[parts[0]] == nil)
            options[parts[0]] = parts.last
        }
        return options
    }

    private static func commands() throws -> [Command] {
        let attempt = try attempt(keys: ["/p/user0.pub", "/p/user1.pub"])
        return [
            attempt.byKey(ephemeral: "/p/ephemeral", knownHosts: "/p/known_hosts", 7),
            attempt.byPassword(askpass: "/p/q/askpass", knownHosts: "/p/known_hosts", 7),
        ]
    }

    @Test("gives nothing away: a pinned host key, nobody's configuration, no agent, no forwarding, one try")
    func careful() throws {
        for command in try Self.commands() {
            #expect(command.call.tool == .ssh)
            let options = Self.options(command)
            #expect(options["StrictHostKeyChecking"] == "yes")
            #expect(options["HostKeyAlias"] == HostKeys.alias && options["UserKnownHostsFile"] == "/p/known_hosts")
            #expect(options["GlobalKnownHostsFile"] == "none" && options["VerifyHostKeyDNS"] == "no" && options["UpdateHostKeys"] == "no")
            #expect(options["IdentityAgent"] == "none" && options["IdentitiesOnly"] == "yes" && options["PKCS11Provider"] == "none")
            #expect(options["ForwardAgent"] == "no" && options["ForwardX11"] == "no" && options["ClearAllForwardings"] == "yes")
            #expect(options["ProxyCommand"] == "none" && options["ProxyJump"] == "none" && options["ControlPath"] == "none")
            #expect(options["NumberOfPasswordPrompts"] == "1" && options["ConnectionAttempts"] == "1")
            #expect(options["PermitLocalCommand"] == "no" && options["CanonicalizeHostname"] == "no")
            let words = command.call.arguments
            #expect(zip(words, words.dropFirst()).contains { $0 == ("-F", "none") })
            #expect(zip(words, words.dropFirst()).contains { $0 == ("-l", "bob") })
            #expect(zip(words, words.dropFirst()).contains { $0 == ("-p", "2222") })
            #expect(words.contains("-v") && words.contains("-T") && words.contains("-n"))
            // The address cannot be taken for an option, and the command is the last word.
            #expect(words.suffix(3) == ["--", "2001:db8::1", "echo TOKEN"])
            #expect(command.input == nil && command.seconds <= 30)
        }
    }

    @Test("by key asks about the public halves, then logs in with the ephemeral one; nobody is prompted")
    func byKey() throws {
        let command = try Self.commands()[0]
        let words = command.call.arguments
        let identities = zip(words, words.dropFirst()).filter { $0.0 == "-i" }.map(\.1)
        #expect(identities == ["/p/user0.pub", "/p/user1.pub", "/p/ephemeral"])
        #expect(Self.options(command)["BatchMode"] == "yes" && Self.options(command)["PreferredAuthentications"] == "publickey")
        #expect(command.environment.allSatisfy { !$0.contains("ASKPASS") })
    }

    @Test("by password offers no key, and is prompted through the askpass alone")
    func byPassword() throws {
        let command = try Self.commands()[1]
        #expect(Self.options(command)["PubkeyAuthentication"] == "no" && Self.options(command)["BatchMode"] == nil)
        #expect(Self.options(command)["PreferredAuthentications"] == "password,keyboard-interactive")
        #expect(!command.call.arguments.contains("-i"))
        #expect(command.environment.suffix(2) == ["SSH_ASKPASS=/p/q/askpass", "SSH_ASKPASS_REQUIRE=force"])
        // An agent or a display of somebody's would be asked first.
        #expect(command.environment.allSatisfy { !$0.hasPrefix("SSH_AUTH_SOCK") && !$0.hasPrefix("DISPLAY") })
    }

    @Test("comes from the other namespace where it stands for other machines, and only then")
    func namespace() throws {
        #expect(try Self.attempt(.network).byKey(ephemeral: "e", knownHosts: "k", 7).networkNamespace == 7)
        #expect(try Self.attempt(.loopback).byKey(ephemeral: "e", knownHosts: "k", 7).networkNamespace == nil)
    }

    @Test("names the keys that sshd did not accept")
    func refusedKeys() throws {
        let errors = """
            debug1: SSH2_MSG_SERVICE_ACCEPT received
            debug1: Server accepts key: /p/user1.pub ED25519 SHA256:x explicit
            Authenticated to ::1 ([::1]:2222) using "publickey".

            """
        let outcome = Outcome(end: .exited(0), output: Array("TOKEN\n".utf8), errors: Array(errors.utf8))
        let attempt = try Self.attempt(keys: ["/p/user0.pub", "/p/user1.pub"]).read(
            .success(outcome), keyNames: ["/p/user0.pub": "number 1", "/p/user1.pub": "number 2"])
        #expect(attempt.result == .loggedIn && attempt.refusedKeys == ["number 1"])
    }

    @Test("that could not be made reached nobody; one that was ended got no answer")
    func notMade() throws {
        let failed = try Self.attempt().read(.failure(Fault("run ssh", cause: "it is not installed")), keyNames: [:])
        #expect(failed.result == .unreachable("cannot run ssh: it is not installed"))
        let ended = try Self.attempt().read(.success(Outcome(end: .timedOut)), keyNames: [:])
        #expect(ended.result == .unreachable("no answer in time"))
    }
}

@Suite("this guest's host keys") struct HostKeysTests {
    private static func call(_ file: String, _ output: String = "", errors: String = "") -> Script.Call {
        Script.Call(
            commandLine: "ssh-keygen -y -P '' -f \(file)", end: .exited(errors.isEmpty ? 0 : 255), output: output, errors: errors)
    }

    @Test("are derived from the private halves, and pinned under one name")
    func pinned() throws {
        let script = Script([
            Self.call("/k/rsa", "ssh-rsa AAAAB3 root@vm\n"), Self.call("/k/none", errors: "/k/none: No such file or directory\n"),
            Self.call("/k/ed25519", "ssh-ed25519 AAAAC3\n"),
        ])
        let text = try HostKeys.knownHosts(["/k/rsa", "/k/none", "/k/ed25519"], script.processes)
        #expect(
            String(decoding: text, as: UTF8.self) == "vmaccess-agent-guest ssh-rsa AAAAB3\nvmaccess-agent-guest ssh-ed25519 AAAAC3\n")
        script.expectDone()
    }

    @Test("are none where no file can be read: then nothing that listens can be known to be sshd")
    func none() {
        let script = Script([Self.call("/k/a", errors: "Load key \"/k/a\": invalid format\n")])
        #expect(
            fault { _ = try HostKeys.knownHosts(["/k/a"], script.processes) }.message
                == "cannot read this machine's host keys: /k/a: Load key \"/k/a\": invalid format (it ended with code 255)")
        _ = fault { _ = try HostKeys.knownHosts([], Processes.none) }
        script.expectDone()
    }
}

@Suite("sshd's arguments") struct SSHDArgumentsTests {
    @Test(
        "that bear on its configuration are those that it is asked with",
        arguments: [
            (["-D"], []), (["-D", "-e"], []), (["-D", "-p", "2222"], ["-p", "2222"]), (["-D", "-p2222", "-4"], ["-p2222", "-4"]),
            (["-f", "/etc/ssh/other", "-D"], ["-f", "/etc/ssh/other"]), (["-D", "-o", "Port=2222", "-6"], ["-o", "Port=2222", "-6"]),
            (["-oPort=2222", "-f/x"], ["-oPort=2222", "-f/x"]), (["-D", "-h", "/k", "-c", "/c"], ["-h", "/k", "-c", "/c"]),
            (["-t"], []), (["-D", "-E", "/var/log/x", "-q"], []), ([], []),
        ])
    func kept(_ arguments: [String], _ expected: [String]) {
        #expect(SSHD.configurationArguments(arguments) == expected)
    }
}
