internal import AgentCore
internal import Glibc

/// One `ssh` run that tries to log in: no configuration of anybody's, one attempt, a pinned host key.
struct SSHAttempt {
    let route: Proof.Route
    let credential: Proof.Credential
    let user: UserName
    /// What the login must print.
    let token: String
    /// Public halves to ask about.
    var askedKeys: [String] = []

    /// Seconds for the whole attempt; a guest under load answers late, one behind a DROP never.
    static let connectSeconds = 5
    static let totalSeconds = 20.0

    private var common: [String] {
        [
            "-v", "-F", "none", "-T", "-n", "-p", String(route.port), "-l", user.text,
            "-o", "StrictHostKeyChecking=yes", "-o", "HostKeyAlias=\(HostKeys.alias)", "-o", "GlobalKnownHostsFile=none",
            "-o", "UpdateHostKeys=no", "-o", "VerifyHostKeyDNS=no", "-o", "CheckHostIP=no",
            "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "AddKeysToAgent=no", "-o", "PKCS11Provider=none",
            "-o", "ControlMaster=no", "-o", "ControlPath=none", "-o", "ProxyCommand=none", "-o", "ProxyJump=none",
            "-o", "CanonicalizeHostname=no", "-o", "PermitLocalCommand=no", "-o", "ClearAllForwardings=yes",
            "-o", "ForwardAgent=no", "-o", "ForwardX11=no", "-o", "ConnectTimeout=\(Self.connectSeconds)", "-o", "ConnectionAttempts=1",
            "-o", "NumberOfPasswordPrompts=1", "-o", "GSSAPIAuthentication=no", "-o", "HostbasedAuthentication=no",
            "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=2", "-o", "SendEnv=-*",
        ]
    }

    private func command(_ options: [String], knownHosts: String, _ namespace: Int32?) -> Command {
        let line = common + ["-o", "UserKnownHostsFile=\(knownHosts)"] + options + ["--", route.address, "echo \(token)"]
        var command = Command(.ssh, line)
        command.seconds = Self.totalSeconds
        command.outputLimit = 128 << 10
        if route.origin == .network { command.networkNamespace = namespace }
        return command
    }

    /// Offers public halves, which sshd answers without a signature, then logs in with the ephemeral key.
    func byKey(ephemeral: String, knownHosts: String, _ namespace: Int32?) -> Command {
        let identities = (askedKeys + [ephemeral]).flatMap { ["-i", $0] }
        return command(
            ["-o", "BatchMode=yes", "-o", "PreferredAuthentications=publickey"] + identities, knownHosts: knownHosts, namespace)
    }

    func byPassword(askpass: String, knownHosts: String, _ namespace: Int32?) -> Command {
        var command = command(
            ["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password,keyboard-interactive"], knownHosts: knownHosts,
            namespace)
        command.environment += ["SSH_ASKPASS=\(askpass)", "SSH_ASKPASS_REQUIRE=force"]
        return command
    }

    /// Ends before any credential: only who answers is asked.
    func unauthenticated(knownHosts: String, _ namespace: Int32?) -> Command {
        command(["-o", "BatchMode=yes", "-o", "PreferredAuthentications=none"], knownHosts: knownHosts, namespace)
    }

    /// - Parameter keyNames: what to call each asked key, by its file.
    func read(_ result: Result<Outcome, Fault>, keyNames: [String: String]) -> Proof.Attempt {
        let refused: [String]
        let answer: SSHTranscript.Result
        switch result {
        case .failure(let fault):
            refused = []
            answer = .unreachable(fault.message)
        case .success(let outcome):
            let transcript = SSHTranscript(
                errors: outcome.errors, output: outcome.output, token: token, timedOut: outcome.end == .timedOut)
            answer = transcript.result
            refused = askedKeys.filter { !transcript.acceptedKeys.contains($0) }.map { keyNames[$0] ?? $0 }
        }
        return Proof.Attempt(route: route, credential: credential, result: answer, refusedKeys: refused)
    }
}
