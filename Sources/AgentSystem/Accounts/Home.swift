internal import AgentCore
internal import CLinux
internal import Glibc

/// A user's home, as root and as its user. Whatever touches it happens in a child with a deadline, since the home may be anything: a
/// file system of the user's own that never answers, a folder that is renamed all the time.
struct Home {
    let guest: Guest
    /// As passwd has it.
    let path: ForeignText
    /// The user's rights; nil where there is no account: then only root's own paths are touched.
    let identity: Identity?

    private var shown: String { path.escaped() }

    // MARK: looking

    static func answer(for name: UserName, _ guest: Guest) -> HomeAnswer {
        do throws(Fault) {
            let account = try guest.accounts.account(name)
            let entries = PasswdFile.entries(in: try guest.root.read("/etc/passwd", limit: 64 << 20) ?? [])
            let home = Home(guest: guest, path: account.entry.home, identity: nil)
            return try home.look(name, account, entries)
        } catch {
            return HomeAnswer(state: .unreadable(error.cause), owner: nil, isRootsPath: false)
        }
    }

    private func look(_ user: UserName, _ account: Account, _ entries: [PasswdEntry]) throws(Fault) -> HomeAnswer {
        let root = guest.root
        let name = text(path)
        guard path.bytes.first == UInt8(ascii: "/") else { return HomeAnswer(state: .absent, owner: nil, isRootsPath: false) }
        let reply = try ChildReply.of("look at \(shown)", in: path, seconds: 10) { () throws(Fault) in
            let isRoots = try root.isRootsPath(name) ? 1 : 0
            guard let entry = try root.status(name) else { return Array("\(isRoots)\n".utf8) }
            let target = try root.target(name)
            return Array("\(isRoots)\n\(entry.words)\n\(target?.words ?? "-")".utf8)
        }
        let lines = String(decoding: reply, as: UTF8.self).split(separator: "\n")
        let isRoots = lines.first == "1"
        let others = HomePath.others(sharing: path, with: user, among: entries)
        guard lines.count == 3, let entry = FileStatus(words: lines[1]) else {
            return HomeAnswer(state: .absent, owner: nil, isRootsPath: isRoots, others: others)
        }
        let isLink = entry.kind == .link
        guard let status = FileStatus(words: lines[2]) else {
            return HomeAnswer(state: .dangling, owner: nil, isRootsPath: isRoots, isLink: isLink, others: others)
        }
        let owner: HomeAnswer.Owner
        if status.uid == account.entry.uid {
            owner = .user
        } else if status.uid == 0 {
            owner = .root
        } else if let other = entries.first(where: { $0.uid == status.uid }) {
            owner = .other(other.name)
        } else {
            owner = try isKnownElsewhere(status.uid) ? .other(ForeignText("uid \(status.uid)")) : .nobody(status.uid)
        }
        return HomeAnswer(
            state: status.kind == .directory ? .directory(status) : .notDirectory(status), owner: owner, isRootsPath: isRoots,
            isLink: isLink,
            others: others, hasMounts: try hasMounts())
    }

    /// By the mount table, proc_pid_mountinfo(5): its fifth field is the mount point, blanks and backslashes in octal.
    private func hasMounts() throws(Fault) -> Bool {
        guard let table = try Root("/proc/self").read("/mountinfo", limit: 16 << 20) else { return false }
        let parts = path.bytes.split(separator: UInt8(ascii: "/"))
        return table.split(separator: 0x0a).contains { line in
            let fields = line.split(separator: 0x20)
            return fields.count > 4 && fields[4].split(separator: UInt8(ascii: "/")).map(Self.unescaped).starts(with: parts.map(Array.init))
        }
    }

    private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = field
        while let first = rest.first {
            let digits = rest.dropFirst().prefix(3)
            if first == UInt8(ascii: "\\"), digits.count == 3, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
                bytes.append(value)
                rest = rest.dropFirst(4)
            } else {
                bytes.append(first)
                rest = rest.dropFirst()
            }
        }
        return bytes
    }

    private func isKnownElsewhere(_ uid: UInt32) throws(Fault) -> Bool {
        var command = Command(.getent, ["passwd", "--", String(uid)])
        command.seconds = 10
        return try guest.processes.run(command).succeeded
    }

    // MARK: one place in it, in a child

    /// Runs `body` with the place of `part`: its folder opened, and its name in there. With the user's rights where it lies in the
    /// home; the home itself is root's to name, and only where the path is root's alone.
    func atPlace(
        of part: ForeignText, asRoot: Bool, _ doing: String, _ body: (_ folder: Int32, _ name: String) throws(Fault) -> [UInt8]
    ) throws(Fault) -> [UInt8] {
        let root = guest.root
        let home = text(path)
        let identity = identity
        return try ChildReply.of("\(doing) \(part.isEmpty ? shown : "\(shown)/\(part.escaped())")", in: path) { () throws(Fault) in
            if part.isEmpty {
                guard try root.isRootsPath(home) else { throw Fault(doing, cause: "a folder above it is not root's alone") }
                let parent = try root.openParent(home)
                return try body(parent.directory.raw, parent.name)
            }
            if !asRoot {
                guard let identity else { throw Fault(doing, cause: "there is no such account") }
                try identity.becomeForFiles()
            }
            let opened = try root.open(home, O_RDONLY | O_DIRECTORY)
            var names = part.bytes.split(separator: UInt8(ascii: "/")).map { text(ForeignText($0)) }
            let last = names.removeLast()
            guard !names.isEmpty else { return try body(opened.raw, last) }
            // With root's rights no link is followed, and no mount entered.
            let resolve = VMA_RESOLVE_BENEATH | (asRoot ? VMA_RESOLVE_NO_SYMLINKS | VMA_RESOLVE_NO_XDEV : 0)
            let raw = try retrying(doing) {
                vma_openat2(opened.raw, names.joined(separator: "/"), UInt64(O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0, resolve)
            }
            let folder = Descriptor(owning: raw)
            return try body(folder.raw, last)
        }
    }
}
