package import AgentCore
internal import Glibc

/// Answers probes: the one place where a question of the pure core becomes a look at the guest. Changes nothing.
package struct Observer {
    let guest: Guest
    let request: Request?
    let observed = Observed()

    /// - Parameter request: nil where nothing is asked for: then there is no password and no key to compare.
    package init(guest: Guest, request: Request? = nil) {
        self.guest = guest
        self.request = request
    }

    package func answer(_ probe: Probe) -> Answer {
        switch probe {
        case .file(let path): .file(file(path))
        case .status(let path): .status(status(path))
        case .account(let name): .account(guest.accounts.answer(for: name))
        case .unseen(let name): .unseen(guest.accounts.unseen(name))
        case .accountDefaults: .accountDefaults(guest.accounts.defaults())
        case .passwordMatches(let name): .passwordMatches(passwordMatches(name))
        case .oldPasswords(let name): .oldPasswords(oldPasswords(name))
        case .keysFile(let question): .keysFile(keysFile(question))
        case .sshd(let connection): .sshd(sshd(connection))
        case .service: .service(service())
        case .sudo(let name): .sudo(sudo(name))
        case .requestKeys: .requestKeys(KeyReader(guest).judge(request?.user?.keys ?? []))
        case .today: .today(guest.clock.today)
        case .target(let path): .status(target(path))
        case .folder(let path): .folder(folder(path))
        case .home(let name): .home(Home.answer(for: name, guest))
        case .countedFailures(let name): .countedFailures(FailureCounters(guest: guest).answer(name))
        case .accountLocks: .accountLocks(AccountLocks(root: guest.root).all())
        case .otherAdministrator(let name): .otherAdministrator(Administrators(guest: guest).other(than: name))
        case .ssh(let probe): .ssh(answer(probe))
        case .disk(.named(let name)): .disk(Disks(guest).named(name))
        case .disk(.numbered(let number)): .disk(Disks(guest).numbered(number))
        case .disk(.all): .disks(Disks(guest).all())
        case .disk(.mounts): .mounts(Disks(guest).mounts())
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
        guard let password = request?.user?.password else { return .unknown("no password is asked for") }
        return guest.passwords.matches(password, of: name)
    }

    private func oldPasswords(_ name: UserName) -> Known<Bool> {
        do throws(Fault) {
            for path in PAMFiles(root: guest.root).oldPasswordFiles() {
                guard let contents = try guest.root.readSecret(path) else { continue }
                if OldPasswords.removing(name, from: contents) != nil { return .known(true) }
            }
            return .known(false)
        } catch {
            return .unknown(error.message)
        }
    }

    private func keysFile(_ question: KeysFileQuestion) -> KeysFileAnswer {
        do throws(Fault) {
            return try guest.keysFile(of: question.user, path: question.path).examine()
        } catch {
            return KeysFileAnswer(home: .unreadable(error.message), contents: .unreadable(error.message))
        }
    }

    private func target(_ path: String) -> StatusAnswer {
        do throws(Fault) {
            return try guest.root.target(path).map { .present($0) } ?? .absent
        } catch {
            return .unreadable(error.message)
        }
    }

    private func folder(_ path: String) -> Known<[ForeignText]> {
        do throws(Fault) {
            return .known(try guest.root.names(in: path))
        } catch {
            return .unknown(error.message)
        }
    }

    static func sudoListing(_ name: UserName) -> Command { Command(.sudo, ["-n", "-ll", "-U", name.text]) }

    /// `sudo -ll -U`, which lists what sudoers(5) says, broken neighbours left out as sudo leaves them out.
    private func sudo(_ name: UserName) -> Known<SudoGrants> {
        if (try? location(of: .sudo)) == nil { return .known(.noSudo) }
        // sudo knows nobody yet whose account is still to be made.
        if case .absent = guest.accounts.answer(for: name) { return .known(.none) }
        do throws(Fault) {
            let outcome = try guest.informed(by: observed).processes.run(Self.sudoListing(name))
            // Who may nothing has a line that says so; without any, sudo itself has failed.
            if !outcome.succeeded, outcome.output.isEmpty {
                let words = outcome.errors.split(separator: 0x0a).map { ForeignText($0).escaped(limit: 160) }.prefix(4)
                return .unknown("sudo cannot tell: \(words.isEmpty ? outcome.explanation : words.joined(separator: "; "))")
            }
            return .known(SudoGrants(listing: outcome.output))
        } catch {
            return .unknown(error.message)
        }
    }
}
