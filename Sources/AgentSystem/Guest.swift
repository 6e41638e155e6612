package import AgentCore
internal import CLinux
internal import Glibc

/// The machine, as the agent sees it: every effect there is, in one value that is passed in.
package struct Guest: Sendable {
    package let root: Root
    package let processes: Processes
    package let clock: Clock
    package let log: Log
    /// The agent's folder, `/var/lib/vmaccess-agent`.
    package let state: String
    /// The agent's folder for what lives as long as a run, `/run/vmaccess-agent`.
    package let runtime: String

    /// Whether systemd is not to be asked, since it does not run the machine: a rescue shell.
    package var isRescue = false

    package init(
        root: Root, processes: Processes = .system, clock: Clock = .system, log: Log, state: String = "/var/lib/vmaccess-agent",
        runtime: String = "/run/vmaccess-agent"
    ) {
        self.root = root
        self.processes = processes
        self.clock = clock
        self.log = log
        self.state = state
        self.runtime = runtime
    }

    package var accounts: AccountFiles { AccountFiles(root: root, processes: processes) }
    package var passwords: Passwords { Passwords(processes: processes, privateFolder: runtime) }
    package var service: SSHService { SSHService(root: root, isRescue: isRescue) }

    package func keysFile(of user: UserName, path: ForeignText) throws(Fault) -> KeysFile {
        let account = try accounts.account(user)
        return KeysFile(root: root, account: account, identity: try accounts.identity(of: account), path: path)
    }

    /// What this site says of settings from outside.
    ///
    /// - Throws: the `Refusal` of one that cannot be understood; `Fault`.
    package func configuration() throws -> Configuration {
        guard let text = try root.read(Configuration.path) else { return Configuration() }
        return try Configuration(text)
    }

    /// The agent's own folders, made where they are missing: a package lays them out, a handler or a hand may not have.
    package func ensureFolders() throws(Fault) {
        let arrivals = [WayIn.credential, .disk].map { DropFolder.incoming(of: $0, self) }.flatMap { [$0, "\($0)/work"] }
        let own = [
            state, "\(state)/incoming", "\(state)/work", "\(state)/status", "\(state)/transactions", "\(state)/keys", "\(state)/put-off",
            runtime,
        ]
        for folder in own + arrivals {
            try root.makeDirectory(folder, mode: 0o700)
        }
    }
}

/// Random letters and digits, for names and tokens: 32 hexadecimal digits, 128 bits of getrandom(2).
func randomToken() throws(Fault) -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard vma_random(&bytes, bytes.count) == 0 else { throw Fault("get random bytes", errno: errno) }
    return Hex.text(of: bytes)
}
