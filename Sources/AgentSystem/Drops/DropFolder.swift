package import AgentCore
internal import CLinux
internal import Glibc

/// The folder that settings are dropped into, and what becomes of a drop.
///
/// A drop is first renamed out of the path unit's sight, so that the unit never starts again for the same file; the rename also
/// counts the attempt, in the new name. Only then is it looked at. After three attempts (a run that crashed or was killed) it is
/// destroyed.
package struct DropFolder {
    static let attempts = 3
    static let suffix = Array(".settings".utf8)

    private let guest: Guest
    private let incoming: String
    private let work: String
    let way: WayIn

    package init(_ guest: Guest, _ way: WayIn = .drops) {
        self.guest = guest
        self.way = way
        incoming = Self.incoming(of: way, guest)
        work = way == .drops ? "\(guest.state)/work" : "\(incoming)/work"
    }

    /// What is collected from a credential or a disk is a copy in memory, which no power cut leaves behind.
    static func incoming(of way: WayIn, _ guest: Guest) -> String {
        way == .drops ? "\(guest.state)/incoming" : "\(guest.runtime)/\(way == .disk ? "disk" : "credential")"
    }

    /// One drop, taken in hand.
    package struct Drop: Sendable {
        /// Where it lies now.
        let path: String
        /// For the status and the log.
        package let name: String
        let attempt: Int
    }

    /// What an earlier run left behind comes first, then the folder, in byte order of the names.
    ///
    /// - Returns: nil when there is nothing left.
    package func next() throws(Fault) -> Drop? {
        for file in try guest.root.names(in: work) {
            guard let drop = try retake(file) else { continue }
            return drop
        }
        for file in try guest.root.names(in: incoming) where file.bytes.suffix(Self.suffix.count).elementsEqual(Self.suffix) {
            // Hidden files are not the path unit's either: somebody is still writing one.
            if file.bytes.first == UInt8(ascii: ".") { continue }
            return try take(file)
        }
        return nil
    }

    private func take(_ file: ForeignText) throws(Fault) -> Drop {
        let name = DropName.safe(file.bytes.dropLast(Self.suffix.count))
        let taken = "\(work)/1-\(name).settings"
        let source = "\(incoming)/\(text(file))"
        do throws(Fault) {
            try rename(file, to: taken)
        } catch let fault where fault.code == EPERM {
            // chattr +i holds root off as well, until it is taken off.
            try clearAttributes(source)
            try rename(file, to: taken)
        }
        return Drop(path: taken, name: name, attempt: 1)
    }

    /// The attempt that is beginning, durably, before the file is touched again.
    private func retake(_ file: ForeignText) throws(Fault) -> Drop? {
        guard let digit = file.bytes.first, file.bytes.dropFirst().first == UInt8(ascii: "-"),
            file.bytes.suffix(Self.suffix.count).elementsEqual(Self.suffix)
        else { return nil }
        let attempt = Int(digit) - Int(UInt8(ascii: "0")) + 1
        let name = text(ForeignText(file.bytes.dropFirst(2).dropLast(Self.suffix.count)))
        let old = "\(work)/\(text(file))"
        guard attempt <= Self.attempts else { return Drop(path: old, name: name, attempt: attempt) }
        let parent = try guest.root.openParent(old)
        let new = "\(attempt)-\(name).settings"
        _ = try retrying("count the attempt at \(name)") { renameat(parent.directory.raw, parent.name, parent.directory.raw, new) }
        try guest.root.syncDirectory(of: old)
        return Drop(path: "\(work)/\(new)", name: name, attempt: attempt)
    }

    /// Leaves a drop for the next start, as if this attempt had not been: who ordered the stop did not mean the drop.
    func putBack(_ drop: Drop) throws(Fault) {
        let parent = try guest.root.openParent(drop.path)
        let new = "\(drop.attempt - 1)-\(drop.name).settings"
        _ = try retrying("put back \(drop.name).settings") { renameat(parent.directory.raw, parent.name, parent.directory.raw, new) }
        try guest.root.syncDirectory(of: drop.path)
    }

    private func rename(_ file: ForeignText, to path: String) throws(Fault) {
        let from = try guest.root.open(incoming, O_RDONLY | O_DIRECTORY)
        let to = try guest.root.openParent(path)
        let source = file.bytes.map { CChar(bitPattern: $0) } + [0]
        _ = try retrying("take \(file.quoted()) out of \(incoming)") { renameat(from.raw, source, to.directory.raw, to.name) }
        try guest.root.syncDirectory(of: path)
        try from.sync(naming: incoming)
    }

    private func clearAttributes(_ path: String) throws(Fault) {
        for path in [path, incoming] {
            // Only a regular file or a directory has attributes; a FIFO must not hold us.
            guard let file = try? guest.root.open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW) else { continue }
            var bits = 0
            guard vma_file_attributes(file.raw, &bits) == 0 else { continue }
            let cleared = bits & ~(VMA_ATTRIBUTE_IMMUTABLE | VMA_ATTRIBUTE_APPEND)
            if cleared != bits { _ = vma_set_file_attributes(file.raw, cleared) }
        }
    }

    /// The drop's bytes.
    ///
    /// - Parameter patience: seconds to wait for somebody who is still writing it.
    /// - Throws: the `Refusal` of a file that is none of root's private regular ones, or that somebody is still writing.
    package func read(_ drop: Drop, patience: Double = 5) throws -> Secret {
        if drop.attempt > Self.attempts {
            throw Refusal(
                reason: "crashed",
                message: "carrying out \(drop.name).settings was begun \(Self.attempts) times and ended each time before its end; "
                    + "it is not tried again: look into the journal (journalctl -u vmaccess-agent) and send it anew")
        }
        let file = try open(drop)
        let status = try file.status(naming: drop.path)
        if status.kind != .file { throw refusal(of: drop, "is \(status.kind.rawValue), not a regular file") }
        if status.links != 1 { throw refusal(of: drop, "has \(status.links) names (hard links); drop a file of its own") }
        if status.uid != geteuid() { throw refusal(of: drop, "belongs to the uid \(status.uid), not to root") }
        if status.mode & 0o022 != 0 {
            throw refusal(of: drop, "can be written by others (mode \(String(status.mode, radix: 8))); drop it with mode 600")
        }
        if status.size > Self.limit { throw refusal(of: drop, "is larger than 1 MiB") }
        let deadline = Deadline.seconds(patience)
        while vma_probe_read_lease(file.raw) == -1, errno == EAGAIN {
            if deadline.hasPassed { throw refusal(of: drop, "is still open for writing; write it elsewhere and rename it into incoming/") }
            deadline.pause(milliseconds: 50)
        }
        let secret = try file.readSecret(limit: Self.limit, naming: drop.path)
        return secret
    }

    private func open(_ drop: Drop) throws -> Descriptor {
        do throws(Fault) {
            return try guest.root.open(drop.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        } catch {
            switch error.code {
            case ELOOP: throw refusal(of: drop, "is a symbolic link, not a regular file")
            case ENXIO: throw refusal(of: drop, "is a socket, not a regular file")
            default: throw error
            }
        }
    }

    private func refusal(of drop: Drop, _ what: String) -> Refusal {
        Refusal(reason: "bad-drop", message: "the dropped file \(drop.name).settings \(what); it was not read")
    }

    private static let limit = 1 << 20

    // MARK: the last word

    private static let wordSuffix = Array(".word".utf8)

    /// Keeps the last word about a drop until it is told: from here on the drop is not to be carried out again, however little of it is
    /// left by a crash while it is destroyed.
    func keep(_ word: [UInt8], about drop: Drop) throws(Fault) {
        try guest.root.replace("\(work)/\(drop.name).word", with: word, Root.Attributes(mode: 0o600))
    }

    func forgetWord(about name: String) throws(Fault) { try guest.root.remove("\(work)/\(name).word") }

    /// Words that were kept and not told, by the drop's name; what was left of those drops is destroyed.
    func untoldWords() throws(Fault) -> [(name: String, word: [UInt8])] {
        var found: [(name: String, word: [UInt8])] = []
        let names = try guest.root.names(in: work)
        for file in names
        where file.bytes.suffix(Self.wordSuffix.count).elementsEqual(Self.wordSuffix) && file.bytes.first != UInt8(ascii: ".") {
            let name = text(ForeignText(file.bytes.dropLast(Self.wordSuffix.count)))
            for rest in names where rest.bytes.dropFirst().elementsEqual("-\(name).settings".utf8) {
                try destroy(Drop(path: "\(work)/\(text(rest))", name: name, attempt: 1))
            }
            if let word = try guest.root.read("\(work)/\(text(file))") { found.append((name, word)) }
        }
        return found
    }

    /// Its secret is gone when this returns, whatever kind of thing the drop was.
    package func destroy(_ drop: Drop) throws(Fault) {
        if try guest.root.status(drop.path)?.kind == .directory {
            try guest.root.removeTree(drop.path)
        } else {
            try guest.root.destroy(drop.path)
        }
    }
}
