package import AgentCore
internal import Glibc

/// Answers probes: the one place where a question of the pure core becomes a look at the guest. Changes nothing.
package struct Observer {
    let guest: Guest
    private let request: Request

    package init(guest: Guest, request: Request) {
        self.guest = guest
        self.request = request
    }

    package func answer(_ probe: Probe) -> Answer {
        switch probe {
        case .file(let path): .file(file(path))
        case .status(let path): .status(status(path))
        case .account(let name): .account(guest.accounts.answer(for: name))
        case .accountDefaults: .accountDefaults(guest.accounts.defaults())
        case .passwordMatches(let name): .passwordMatches(passwordMatches(name))
        case .keysFile(let question): .keysFile(keysFile(question))
        case .sshd(let connection): .sshd(SSHD(guest).effectiveConfiguration(connection))
        case .service: .service(guest.service.answer())
        case .sudo(let name): .sudo(sudo(name))
        case .requestKeys: .requestKeys(KeyReader(guest).judge(request.user?.keys ?? []))
        case .today: .today(guest.clock.today)
        case .ssh(let probe): .ssh(answer(probe))
        }
    }

    private func file(_ path: String) -> FileAnswer {
        do throws(Fault) {
            return try guest.root.read(path).map { .contents($0) } ?? .absent
        } catch {
            return .unreadable(error.message)
        }
    }

    private func status(_ path: String) -> StatusAnswer {
        do throws(Fault) {
            return try guest.root.status(path).map { .present($0) } ?? .absent
        } catch {
            return .unreadable(error.message)
        }
    }

    private func passwordMatches(_ name: UserName) -> Known<Bool> {
        guard let password = request.user?.password else { return .unknown("no password is asked for") }
        return guest.passwords.matches(password, of: name)
    }

    private func keysFile(_ question: KeysFileQuestion) -> KeysFileAnswer {
        let home = status(text(question.home))
        do throws(Fault) {
            let file = try guest.keysFile(of: question.user, path: question.path)
            let contents = try file.read()
            return KeysFileAnswer(home: home, contents: contents.map { .bytes($0) } ?? .absent)
        } catch {
            return KeysFileAnswer(home: home, contents: .unreadable(error.message))
        }
    }

    /// `sudo -ll -U`, which lists what sudoers(5) says, broken neighbours left out as sudo leaves them out.
    private func sudo(_ name: UserName) -> Known<SudoGrants> {
        if (try? location(of: .sudo)) == nil { return .known(.noSudo) }
        // sudo knows nobody yet whose account is still to be made.
        if case .absent = guest.accounts.answer(for: name) { return .known(.none) }
        do throws(Fault) {
            let outcome = try guest.processes.run(Command(.sudo, ["-n", "-ll", "-U", name.text]))
            // Who may nothing has a line that says so; without any, sudo itself has failed.
            if !outcome.succeeded, outcome.output.isEmpty { return .unknown("sudo cannot tell: \(outcome.explanation)") }
            return .known(SudoGrants(listing: outcome.output))
        } catch {
            return .unknown(error.message)
        }
    }
}
