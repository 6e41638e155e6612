package import AgentCore

/// The installed ssh-keygen's judgement of the request's keys: what it cannot read, sshd will not accept.
package struct KeyReader {
    private let guest: Guest

    package init(_ guest: Guest) {
        self.guest = guest
    }

    package func judge(_ materials: [KeyMaterial]) -> KeyJudgement {
        var lines: [AuthorizedKeyLine] = []
        for material in materials {
            switch material {
            case .line(let line): lines.append(line)
            case .certificate(let der):
                do throws(KeyFault) {
                    let key = try Certificate.publicKey(der: der)
                    if let weakness = key.weakness { throw weakness }
                    lines.append(AuthorizedKeyLine(key: key))
                } catch {
                    return .refused(Refusal(reason: "bad-key", message: "\"ssh_key\": the X.509 certificate, \(error.message)"))
                }
            }
        }
        return ask(lines)
    }

    private func ask(_ lines: [AuthorizedKeyLine]) -> KeyJudgement {
        // ssh-keygen -l lists every key of its input, and fails where there is one that it does not know.
        let commands = lines.map { line in
            var command = Command(.sshKeygen, ["-l", "-f", "-"])
            command.input = Secret(copying: AuthorizedKeyLine(key: line.key).bytes + [0x0a])
            return command
        }
        for (number, result) in guest.processes.runTogether(commands).enumerated() {
            switch result {
            case .success(let outcome) where outcome.succeeded: continue
            // One that knows nothing at all (nobody, for it, has this uid) says nothing of keys; sshd tells.
            case .success where !knowsAnything(): return .accepted(lines)
            case .success:
                return .refused(
                    Refusal(
                        reason: "bad-key",
                        message: "\"ssh_key\", key \(number + 1): this machine's ssh-keygen does not know a key of the type "
                            + "\(lines[number].key.type.rawValue); send one of another type"))
            case .failure(let fault): return .refused(Refusal(reason: "bad-key", message: "\"ssh_key\" cannot be judged: \(fault.message)"))
            }
        }
        return .accepted(lines)
    }

    /// Whether it knows a key that every ssh-keygen knows.
    private func knowsAnything() -> Bool {
        let blob = "AAAAC3NzaC1lZDI1NTE5AAAAI" + String(repeating: "A", count: 43)
        var command = Command(.sshKeygen, ["-l", "-f", "-"])
        command.input = Secret(copying: Array("ssh-ed25519 \(blob)\n".utf8))
        return (try? guest.processes.run(command).succeeded) ?? false
    }
}
