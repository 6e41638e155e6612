/// What whoever reads the boot log wants to know of this machine, said once each boot: who it is, where it is, whether SSH serves.
package struct BootBlock: Sendable {
    package struct HostKey: Hashable, Sendable {
        /// `ssh-ed25519`, as in a known_hosts file.
        package let type: String
        /// As `ssh-keygen -l` and ssh's question at the first connection print it: `SHA256:…`.
        package let fingerprint: String

        package init(type: String, fingerprint: String) {
            self.type = type
            self.fingerprint = fingerprint
        }
    }

    package var hostname: ForeignText = ForeignText("")
    /// Of this machine's certificate, and the certificate's SHA-256; nil while there is none.
    package var identity: String?
    package var certificate: String?
    package var hostKeys: [HostKey] = []
    package var addresses: [String] = []
    /// Where sshd, asked there, greeted; empty: it does not serve.
    package var serving: [UInt16] = []
    /// sshd listens, and has not greeted yet.
    package var isSilent = false
    /// Why it does not serve.
    package var trouble: String?

    package init() {}

    package var lines: [String] {
        var texts = ["version \(agentVersion) on \(hostname.quoted(limit: 64))"]
        if let identity, let certificate {
            texts += ["this machine's identity: \(identity)", "its certificate's SHA-256: \(certificate)"]
        } else {
            texts.append("this machine's key pair is not made yet")
        }
        texts += hostKeys.map { "host key \($0.type): \($0.fingerprint)" }
        texts.append("addresses: \(addresses.isEmpty ? "none but the loopback" : addresses.joined(separator: ", "))")
        if serving.isEmpty {
            texts.append("SSH does not serve: \(trouble ?? "nothing is known of it")")
        } else {
            texts.append("SSH serves on port \(serving.map(String.init).joined(separator: ", "))")
        }
        return texts.flatMap { ConsoleLines.wrapped($0) }
    }

    package var machine: String {
        ConsoleLines.machine([
            ("boot", .string(agentVersion)), ("identity", identity.map { .string($0) } ?? .null),
            ("certificate", certificate.map { .string($0) } ?? .null), ("hostkeys", .array(hostKeys.map { .string($0.fingerprint) })),
            ("addresses", .array(addresses.map { .string($0) })), ("ssh", .array(serving.map { .integer(Int($0)) })),
        ])
    }
}
