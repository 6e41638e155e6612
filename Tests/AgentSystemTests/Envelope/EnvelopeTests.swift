import AgentCore
@testable import AgentSystem
import Glibc
import Synchronization
import Testing

/// A machine in a temporary tree, with a machine id and the agent's folders, and what its journal was told.
final class SealingMachine: Sendable {
    let path: String
    let guest: Guest
    let told: Records

    final class Records: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: String { lines.withLock { $0.joined(separator: "\n") } }
    }

    init(machineID: String) throws {
        var template = Array("/tmp/vmaccess-envelope-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Fault("make a folder", cause: "errno \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let root = try Root(path)
        for folder in ["/etc", "/state", "/state/keys"] { try root.makeDirectory(folder, mode: 0o700) }
        let told = Records()
        self.told = told
        let log = Log(line: { _ in Issue.record("told on the console") }, record: { told.add($0.message) })
        let none = Processes { commands in commands.map { _ in .failure(Fault("run a program", cause: "none may be run here")) } }
        guest = Guest(root: root, processes: none, log: log, state: "/state", runtime: "/run")
        try put("/etc/machine-id", machineID + "\n")
    }

    deinit {
        if let parent = try? Root("/tmp") { try? parent.removeTree("/" + path.dropFirst("/tmp/".count)) }
    }

    func put(_ path: String, _ text: String) throws {
        let owner = Root.Attributes(mode: 0o600, uid: getuid(), gid: getgid())
        try guest.root.replace(path, with: Array(text.utf8), owner)
    }

    func open(_ file: [UInt8]) throws -> Settings {
        try SettingsOpener(guest, certificateFolders: []).settings(SettingsDocument.read(Secret(copying: file)))
    }
}

@Suite("an envelope", .enabled(if: getuid() == 0, "files are written as root's")) struct EnvelopeTests {
    private static let settings = Secret(copying: Array(#"{"username": "bob", "password": "Pässwörd"}"#.utf8))
    private let machine: SealingMachine
    private let sealer: Sealer

    init() throws {
        machine = try SealingMachine(machineID: "0123456789abcdef0123456789abcdef")
        sealer = Sealer(root: machine.guest.root)
    }

    @Test("opens on the machine that it was sealed for", arguments: [Sealer.Cipher.aes256GCM, .aes256CBC])
    func roundTrip(_ cipher: Sealer.Cipher) throws {
        _ = try MachineKeys(machine.guest).ensure()
        let file = try sealer.seal(Self.settings, to: "/state/keys/machine.crt", cipher).pretty()
        let opened = try machine.open(file)
        #expect(opened.username == ForeignText("bob"))
        #expect(opened.password?.matches(Secret(copying: Array("Pässwörd".utf8))) == true)
    }

    @Test("of AES-GCM does not open when any one byte was changed")
    func changed() throws {
        _ = try MachineKeys(machine.guest).ensure()
        let file = try sealer.seal(Self.settings, to: "/state/keys/machine.crt", .aes256GCM)
        guard case .object(let members) = file, case .string(let base64)? = members.first?.1,
            let der = Base64.decode(base64.utf8)
        else {
            Issue.record("not the form of a sealed file")
            return
        }
        for index in stride(from: 0, to: der.count, by: 7) {
            var bytes = der
            bytes[index] ^= 0x10
            let changed = String(decoding: Base64.encode(bytes), as: UTF8.self)
            let again = JSONOutput.object([("protectedSettings", .string(changed)), members[1]]).compact()
            // The numbers of the algorithms' parameters may have two spellings; the content never opens to something else.
            do {
                let opened = try machine.open(again)
                #expect(opened.password?.matches(Secret(copying: Array("Pässwörd".utf8))) == true, "byte \(index)")
            } catch let refusal as Refusal {
                #expect(refusal == EnvelopeFault.refusal, "byte \(index)")
            }
        }
        #expect(machine.told.all.contains("cannot be opened"))
        #expect(!machine.told.all.contains("Pässwörd") && !machine.told.all.contains("bob"))
    }

    @Test("cut off anywhere is refused in the same words")
    func truncated() throws {
        _ = try MachineKeys(machine.guest).ensure()
        let file = try sealer.seal(Self.settings, to: "/state/keys/machine.crt", .aes256CBC)
        guard case .object(let members) = file, case .string(let base64)? = members.first?.1, let der = Base64.decode(base64.utf8) else {
            Issue.record("not the form of a sealed file")
            return
        }
        for count in stride(from: 0, to: der.count, by: 11) {
            let text = String(decoding: Base64.encode(der.prefix(max(count, 1))), as: UTF8.self)
            #expect(throws: EnvelopeFault.refusal) {
                try machine.open(JSONOutput.object([("protectedSettings", .string(text)), members[1]]).compact())
            }
        }
    }

    @Test("for one machine does not open on another, which makes a pair of its own")
    func clone() throws {
        let before = try MachineKeys(machine.guest).ensure()
        let file = try sealer.seal(Self.settings, to: "/state/keys/machine.crt", .aes256GCM).pretty()
        #expect(try MachineKeys(machine.guest).ensure().pem == before.pem)
        try machine.put("/etc/machine-id", "fedcba9876543210fedcba9876543210")
        let after = try MachineKeys(machine.guest).ensure()
        #expect(after.isNew && after.pem != before.pem && after.identity != before.identity)
        #expect(throws: EnvelopeFault.refusal) { try machine.open(file) }
    }

    @Test("no machine id, no key pair", arguments: ["", "uninitialized", "0123"])
    func noMachineID(_ text: String) throws {
        try machine.put("/etc/machine-id", text)
        #expect(throws: Fault.self) { try MachineKeys(machine.guest).ensure() }
    }

    @Test("settings that would be refused are not sealed")
    func refused() throws {
        _ = try MachineKeys(machine.guest).ensure()
        #expect(throws: Refusal.self) {
            try sealer.seal(Secret(copying: Array(#"{"username": 1}"#.utf8)), to: "/state/keys/machine.crt", .aes256GCM)
        }
    }
}

@Suite("scrubbing", .enabled(if: getuid() == 0, "files are written as root's")) struct ScrubTests {
    @Test("overwrites the old file's own bytes, and leaves what a link points to")
    func overwrites() throws {
        let machine = try SealingMachine(machineID: "0123456789abcdef0123456789abcdef")
        try machine.put("/etc/secret", "the secret")
        // A second descriptor sees what becomes of the old file.
        let old = try machine.guest.root.open("/etc/secret", O_RDONLY)
        try machine.guest.root.scrub("/etc/secret", with: Array("{}".utf8))
        #expect(try old.readAll(limit: 100, naming: "x") == [UInt8](repeating: 0, count: 10))
        #expect(try machine.guest.root.read("/etc/secret") == Array("{}".utf8))
        try machine.put("/etc/precious", "precious")
        #expect(symlink("precious", "\(machine.path)/etc/link") == 0)
        try machine.guest.root.scrub("/etc/link", with: Array("{}".utf8))
        #expect(try machine.guest.root.read("/etc/precious") == Array("precious".utf8))
        #expect(try machine.guest.root.read("/etc/link") == Array("{}".utf8))
    }
}
