import AgentCore
import AgentSystem
import Glibc

extension Agent {
    /// The certificate on standard output; its fingerprint on the console and in the journal, for those who have nothing else.
    func certificate() throws -> ExitCode {
        let guest = try prepare(log: .machine(console: Console()))
        let lock = try RunLock(guest, seconds: 60)
        let published = try MachineKeys(guest).ensure()
        _ = consume lock
        if published.isNew {
            guest.log.event("this machine has a new key pair; its certificate:")
            for line in published.pem.split(separator: 0x0a) { guest.log.line(String(decoding: line, as: UTF8.self)) }
        }
        guest.log.event("this machine's identity: \(published.identity)")
        guest.log.event("its certificate's SHA-256: \(published.fingerprint)")
        Terminal.write(published.pem)
        return .success
    }

    func seal(_ input: Invocation.Input, to path: String, sign signer: String?, asCBC: Bool) throws -> ExitCode {
        Process.hardenInPlace()
        let settings = try SettingsInput.read(input)
        do {
            let sealer = Sealer(root: try Root("/"))
            let absolute = Self.absolute(path)
            var members = try sealer.seal(settings, to: absolute, asCBC ? .aes256CBC : .aes256GCM)
            if let signer { members = try sealer.sign(members, to: absolute, with: Self.absolute(signer), sequence: Self.milliseconds()) }
            Terminal.write(members.pretty())
            return .success
        } catch let refusal as Refusal {
            Terminal.complain(refusal.message)
            return .refused
        }
    }

    /// Rises by itself from one file to the next.
    private static func milliseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }
}
