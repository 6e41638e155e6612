package import AgentCore
internal import Glibc

/// Settings given by hand: a file, or standard input.
package enum SettingsInput {
    private static let limit = 1 << 20

    package static func read(_ input: Invocation.Input) throws(Fault) -> Secret {
        switch input {
        case .standardInput:
            let copy = Descriptor(owning: try retrying("read standard input") { fcntl(0, F_DUPFD_CLOEXEC, 3) })
            return try copy.readSecret(limit: limit, naming: "standard input")
        case .file(let path):
            let file = Descriptor(owning: try retrying("open \(path)") { open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) })
            return try file.readSecret(limit: limit, naming: path)
        }
    }
}
