@testable import AgentCore

/// A configuration in memory, and the connection that is asked about.
struct SSHDFixture: Sendable {
    var main: String
    /// What stands in /etc/ssh/sshd_config.d, by the file's name.
    var dropIns: [String: String] = [:]

    static let mainPath = ForeignText("/etc/ssh/sshd_config")
    static let directory = "/etc/ssh/sshd_config.d/"

    /// Reads it; a pattern stands for the drop-ins that match its last part.
    func read(options: [String] = []) -> SSHDConfiguration {
        SSHDConfiguration.read(
            main: (Self.mainPath, Array(main.utf8)), options: options.map { ForeignText($0) }
        ) { pattern in
            dropIns.compactMap { name, text in
                let path = ForeignText(Self.directory + name)
                return SSHDPattern.matches(path.bytes, pattern.bytes) ? (path, Array(text.utf8)) : nil
            }
        }
    }
}

extension SSHDConfiguration.Directive {
    /// `file:line`, the file without its folder.
    var place: String {
        let name = path.bytes.split(separator: UInt8(ascii: "/")).last ?? []
        return "\(ForeignText(name).escaped()):\(line)"
    }
}

extension SSHDDecision {
    /// The places of the lines that decide; a `?` in front where that is not certain.
    var places: [String] {
        if case .unknown = self { return lines.map { "?" + $0.place } }
        return lines.map(\.place)
    }
}

extension SSHDConnection {
    /// alice of groups alice, sudo and users, from 10.1.2.3 to 192.168.1.1 port 22, by name client.example.com.
    static let alice = SSHDConnection(
        user: ForeignText("alice"), userExists: true, groups: ["alice", "sudo", "users"].map { ForeignText($0) },
        host: ForeignText("client.example.com"), address: ForeignText("10.1.2.3"),
        localAddress: ForeignText("192.168.1.1"), localPort: 22)
}

func sshdText(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func sshdTexts(_ words: [ForeignText]) -> [String] { words.map { $0.escaped() } }
