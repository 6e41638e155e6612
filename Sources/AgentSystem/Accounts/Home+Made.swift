internal import AgentCore
internal import CLinux
internal import Glibc

/// A home that the agent made, and is to go again. What anybody else put there must not go with it.
extension Home {
    /// More entries than this are nobody's whom the agent only just let in.
    private static let mostEntries = 1000

    /// Removes the home with what the agent put there; where anything else is in it, sets it aside for root alone.
    ///
    /// - Returns: what is worth telling.
    func removeMade(keys: [ForeignText], now: String) throws(Fault) -> [String] {
        guard let stranger = try stranger(keys: keys) else {
            try removeAll()
            return []
        }
        let kept = try setAsideClosed(now: now)
        return ["\(stranger) is in the home \(path.escaped()), which this agent did not put there: the home is kept as \(kept)"]
    }

    /// The first thing in the home that is neither of skel(5) nor a file of keys; nil where there is none, or no home.
    func stranger(keys: [ForeignText]) throws(Fault) -> String? {
        let name = text(path)
        guard try guest.root.status(name) != nil else { return nil }
        var known = skel()
        known[".cache"] = .folder
        // pam_motd(8) of some distributions, at the first login, so at that of the proof.
        known[".cache/motd.legal-displayed"] = .file([])
        for path in keys where path.bytes.first != UInt8(ascii: "/") {
            let parts = text(path).split(separator: "/").map(String.init)
            for count in parts.indices.dropFirst() { known[parts[..<count].joined(separator: "/")] = .folder }
            known[parts.joined(separator: "/")] = .keys
        }
        // With root's rights: what a useradd that was killed left there is not its user's yet. No link is followed, and no mount entered.
        let reply = try ChildReply.of("look through \(name)", in: path) { () throws(Fault) in
            guard try guest.root.isRootsPath(name) else { throw Fault("look through it", cause: "a folder above it is not root's alone") }
            let home = try guest.root.open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            var entries = 0
            return Array((try Self.stranger(in: home.raw, "", known, &entries) ?? "").utf8)
        }
        return reply.isEmpty ? nil : ForeignText(reply).escaped()
    }

    private enum Known {
        case folder
        case file([UInt8])
        case link(String)
        /// Looked at by itself.
        case keys
    }

    private func skel(_ folder: String = "") -> [String: Known] {
        var found: [String: Known] = [:]
        let place = "/etc/skel" + (folder.isEmpty ? "" : "/" + folder)
        for name in (try? guest.root.names(in: place)) ?? [] where folder.utf8.count < 200 {
            let path = folder.isEmpty ? text(name) : "\(folder)/\(text(name))"
            switch (try? guest.root.status("/etc/skel/\(path)"))??.kind {
            case .directory:
                found[path] = .folder
                found.merge(skel(path)) { one, _ in one }
            case .file: if let bytes = (try? guest.root.read("/etc/skel/\(path)")) ?? nil { found[path] = .file(bytes) }
            case .link: if let target = try? guest.root.linkTarget("/etc/skel/\(path)") { found[path] = .link(target) }
            default: break
            }
        }
        return found
    }

    private static func stranger(
        in folder: Int32, _ path: String, _ known: [String: Known], _ entries: inout Int
    ) throws(Fault) -> String? {
        for name in try names(in: folder) {
            entries += 1
            let shown = path + String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if entries > mostEntries { return shown }
            // What a crash left of the agent's own writing.
            if shown.hasSuffix(".new"), shown.split(separator: "/").last?.hasPrefix(".") == true,
                known[path.isEmpty ? "" : String(path.dropLast())] != nil
            {
                continue
            }
            switch known[shown] {
            case .keys: continue
            case .folder:
                let raw = name.withUnsafeBufferPointer {
                    vma_openat2(
                        folder, $0.baseAddress!, UInt64(O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), 0,
                        VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_SYMLINKS | VMA_RESOLVE_NO_XDEV)
                }
                guard raw != -1 else { return shown }
                let inner = Descriptor(owning: raw)
                if let found = try stranger(in: inner.raw, shown + "/", known, &entries) { return found }
            case .file(let bytes):
                let raw = name.withUnsafeBufferPointer { openat(folder, $0.baseAddress!, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC) }
                guard raw != -1 else { return shown }
                let file = Descriptor(owning: raw)
                // What was not copied to its end is no more of a stranger.
                guard try file.status(naming: shown).kind == .file, let found = try? file.readAll(limit: bytes.count, naming: shown),
                    bytes.starts(with: found)
                else { return shown }
            case .link(let target):
                var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
                let length = name.withUnsafeBufferPointer { readlinkat(folder, $0.baseAddress!, &buffer, buffer.count) }
                guard length >= 0, buffer[..<length].map({ UInt8(bitPattern: $0) }).elementsEqual(target.utf8) else { return shown }
            case nil: return shown
            }
        }
        return nil
    }

    /// Moves the home beside itself, where only root gets in: whoever is given the number or the name next inherits nothing.
    ///
    /// - Returns: where it is then.
    func setAsideClosed(now: String) throws(Fault) -> String {
        let name = text(path)
        let aside = "\(name).vmaccess-agent-\(now)"
        _ = try ChildReply.of("set \(name) aside", in: path) { () throws(Fault) in
            guard try guest.root.isRootsPath(name) else { throw Fault("set it aside", cause: "a folder above it is not root's alone") }
            let home = try guest.root.open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            _ = try retrying("close it") { fchown(home.raw, 0, 0) }
            _ = try retrying("close it") { fchmod(home.raw, 0o700) }
            try home.sync(naming: name)
            try guest.root.rename(name, to: aside)
            return []
        }
        return ForeignText(aside).escaped()
    }

    // MARK: for undo

    /// The home's file and when it was made, which tells it from a later one.
    var birthMark: String {
        let reply = try? ChildReply.of("look at \(path.escaped())", in: path, seconds: 10) { () throws(Fault) in
            guard let status = try guest.root.target(text(path)) else { return Array("none".utf8) }
            let place = try guest.root.open(text(path), VMA_O_PATH)
            var seconds: Int64 = 0
            var nanoseconds: UInt32 = 0
            // Not every file system keeps it; the number then has to do.
            if vma_birth_time(place.raw, &seconds, &nanoseconds) != 0 { (seconds, nanoseconds) = (0, 0) }
            return Array("\(status.inode) \(seconds).\(nanoseconds)".utf8)
        }
        return reply.map { String(decoding: $0, as: UTF8.self) } ?? "unknown"
    }

    /// See `Applier.mark`.
    func mark(of undo: HomeUndo) throws(Fault) -> String {
        switch undo.former {
        case .nothing, .renamed: return "-"
        case .owner, .mode:
            let status = try undo.change.part.isEmpty ? lookAtHome() : look(at: undo.change.part)
            return "\(status.kind.rawValue) \(status.mode) \(status.uid) \(status.inode)"
        case .attributes: return "\(try attributes(of: undo.change.part).bits)"
        }
    }

    /// What puts back what is there now, once `undo` was carried out.
    func counter(to undo: HomeUndo) throws(Fault) -> HomeUndo {
        let change = undo.change
        switch undo.former {
        case .nothing: throw Fault("undo the home \(path.escaped())", cause: "that could not be taken back")
        case .renamed(let aside):
            let original = Self.name(change)
            func beside(_ whole: ForeignText) -> ForeignText { ForeignText(whole.bytes.dropLast(original.count) + aside.bytes) }
            let other = HomeChange(
                user: change.user, home: change.part.isEmpty ? beside(change.home) : change.home,
                part: change.part.isEmpty ? change.part : beside(change.part), .setAside)
            return HomeUndo(other, former: .renamed(ForeignText(original)), inode: undo.inode)
        case .owner:
            let status = try lookAtHome()
            return HomeUndo(change, former: .owner(uid: status.uid, gid: status.gid), inode: status.inode)
        case .mode:
            let status = try change.part.isEmpty ? lookAtHome() : look(at: change.part)
            return HomeUndo(change, former: .mode(status.mode), inode: status.inode)
        case .attributes:
            let (bits, inode) = try attributes(of: change.part)
            return HomeUndo(change, former: .attributes(bits), inode: inode)
        }
    }
}
