package import AgentCore

/// sshd's own word on its configuration: the installed sshd, with the arguments that the service gives it.
package struct SSHD {
    let guest: Guest

    package init(_ guest: Guest) {
        self.guest = guest
    }

    /// `sshd -T -C`: what is in force for this connection.
    package func effectiveConfiguration(_ connection: Connection) -> Known<EffectiveConfiguration> {
        answer(to: Self.question(about: connection, guest.service.answer().arguments))
    }

    /// - Parameter arguments: those of the service.
    static func question(about connection: Connection, _ arguments: [String]) -> Command {
        Command(.sshd, configurationArguments(arguments) + ["-T", "-C", connection.specification])
    }

    func answer(to question: Command) -> Known<EffectiveConfiguration> {
        do throws(Fault) {
            let outcome = try judge(question)
            guard outcome.succeeded else { return .unknown("sshd refuses its configuration: \(outcome.explanation)") }
            guard let known = try? EffectiveConfiguration(output: outcome.output) else {
                return .unknown("sshd -T printed no configuration")
            }
            return .known(known)
        } catch {
            return .unknown(error.message)
        }
    }

    /// Of the service's arguments those that bear on the configuration (sshd(8)): `-f`, `-o`, `-h`, `-p`, `-4`, `-6`, `-c`, `-g`,
    /// with their values; not `-D` and `-t`, which say how to run.
    static func configurationArguments(_ arguments: [String]) -> [String] {
        var kept: [String] = []
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            if ["-f", "-o", "-h", "-p", "-c", "-g", "-b", "-k", "-u"].contains(argument), index + 1 < arguments.count {
                kept += arguments[index...(index + 1)]
                index += 1
            } else if argument == "-4" || argument == "-6" || ["-f", "-o", "-h", "-p", "-c"].contains(where: argument.hasPrefix) {
                kept.append(argument)
            }
            index += 1
        }
        return kept
    }
}
