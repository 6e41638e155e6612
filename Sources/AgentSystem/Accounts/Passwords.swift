package import AgentCore
internal import CPAM
internal import Glibc

/// Sets and checks passwords by PAM, each time in a child: a module that hangs or crashes costs one request.
package struct Passwords: Sendable {
    private let processes: Processes
    /// A folder that only root can enter.
    private let privateFolder: String

    package init(processes: Processes, privateFolder: String) {
        self.processes = processes
        self.privateFolder = privateFolder
    }

    /// What became of a new password, with what the site's policy had to say.
    package enum Change: Sendable {
        case set(words: [String])
        /// PAM's own configuration is broken; the password was set past it.
        case setWithoutPAM(why: String)
        case refused(words: [String])
    }

    /// Sets the password as passwd(1) does for root: `pam_chauthtok` with the site's stack.
    ///
    /// Where the stack itself cannot run, chpasswd(8) writes a yescrypt hash, the password on its standard input.
    package func set(_ password: Secret, of user: UserName) throws(Fault) -> Change {
        let reply: [UInt8]
        do throws(Fault) {
            reply = try inChild("set the password of \(user.text)", seconds: 30) { Self.changeToken(password, user) }
        } catch {
            return try setWithoutPAM(password, of: user, why: error.cause)
        }
        let lines = reply.dropFirst().split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
        switch reply.first {
        case Verdict.done.rawValue: return .set(words: lines)
        case Verdict.refused.rawValue: return .refused(words: lines)
        default: return try setWithoutPAM(password, of: user, why: lines.joined(separator: "; "))
        }
    }

    /// Whether `password` is this user's already, by pam_unix alone: no policy, no delay, no counter is touched by asking.
    package func matches(_ password: Secret, of user: UserName) -> Known<Bool> {
        do throws(Fault) {
            let folder = try PrivateFolder(below: privateFolder)
            try folder.write(Self.verifyService, Array("auth required pam_unix.so nodelay\n".utf8))
            let path = folder.path
            let reply = try inChild("check the password of \(user.text)", seconds: 20) {
                let conversation = PAMConversation(.password, password)
                let result = conversation.run(service: Self.verifyService, user: user.text, configuration: path) {
                    pam_authenticate($0, Int32(bitPattern: PAM_SILENT))
                }
                return [result.code == PAM_SUCCESS ? 1 : 0]
            }
            return .known(reply == [1])
        } catch {
            return .unknown(error.message)
        }
    }

    private static let verifyService = "vmaccess-agent-verify"

    // MARK: in the child

    private enum Verdict: UInt8 {
        case done, refused, broken
    }

    /// The package's own service file includes the distribution's common stack; elsewhere `passwd`'s serves.
    private static func changeToken(_ password: Secret, _ user: UserName) -> [UInt8] {
        let service = access("/etc/pam.d/vmaccess-agent", R_OK) == 0 ? "vmaccess-agent" : "passwd"
        let conversation = PAMConversation(.newPassword, password)
        let result = conversation.run(service: service, user: user.text, configuration: nil) { pam_chauthtok($0, 0) }
        // pam_pwquality says the same again for each of its tries.
        var words = conversation.words.reduce(into: [String]()) { said, word in if !said.contains(word) { said.append(word) } }
        let verdict: Verdict
        if result.code == PAM_SUCCESS {
            verdict = .done
        } else if result.code == PAM_AUTHTOK_ERR || result.code == PAM_MAXTRIES, !words.isEmpty {
            verdict = .refused
        } else if result.code == PAM_AUTHTOK_LOCK_BUSY || result.code == PAM_TRY_AGAIN {
            verdict = .refused
            words.append("the password files are locked by another program")
        } else {
            verdict = .broken
            words.append(conversation.strangePrompt.map { "PAM asked \"\($0)\"" } ?? "PAM says: \(ForeignText(result.meaning).escaped())")
        }
        return [verdict.rawValue] + Array(words.joined(separator: "\n").utf8)
    }

    // MARK: past PAM

    private func setWithoutPAM(_ password: Secret, of user: UserName, why: String) throws(Fault) -> Change {
        var command = Command(.chpasswd, ["-c", "YESCRYPT"])
        command.input = Self.line(user, password)
        try processes.require(command)
        return .setWithoutPAM(why: why)
    }

    /// `user:password` and a newline, in wiped memory.
    static func line(_ user: UserName, _ password: Secret) -> Secret {
        let head = user.bytes + [UInt8(ascii: ":")]
        return Secret(capacity: head.count + password.count + 1) { buffer in
            buffer.copyBytes(from: head)
            password.withBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[head.count...]).copyMemory(from: $0) }
            buffer[head.count + password.count] = 0x0a
            return buffer.count
        }
    }
}
