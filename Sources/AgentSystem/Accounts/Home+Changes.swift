internal import AgentCore
internal import CLinux
internal import Glibc

extension Home {
    /// Makes a change, having told `record` how it is undone.
    ///
    /// - Returns: what is worth telling: where something was moved to.
    func make(_ change: HomeChange, now: String, record allUndos: (Undo) throws(Fault) -> Void) throws(Fault) -> [String] {
        func record(_ undo: HomeUndo) throws(Fault) { try allUndos(.home(undo)) }
        switch change.action {
        case .make(let mode):
            let name = text(path)
            if let slash = name.lastIndex(of: "/"), slash != name.startIndex {
                try guest.root.makeDirectories(String(name[..<slash])) { (folder) throws(Fault) in try allUndos(.folder(folder)) }
            }
            try record(HomeUndo(change, former: .nothing, inode: 0))
            try makeHome(mode: mode)
            return []
        case .own:
            try own(change, record)
            return []
        case .mode(let mode):
            let status = try change.part.isEmpty ? lookAtHome() : look(at: change.part)
            try record(HomeUndo(change, former: .mode(status.mode), inode: status.inode))
            try setMode(mode, of: change.part, inode: status.inode)
            return []
        case .setAside:
            let status = try look(at: change.part)
            let aside = ForeignText(Self.name(change) + Array(".vmaccess-agent-\(now)".utf8))
            try record(HomeUndo(change, former: .renamed(aside), inode: status.inode))
            try rename(change.part, to: aside, inode: status.inode)
            return ["what was at \(change.shown) (\(status.kind.rawValue) of uid \(status.uid)) is kept beside it as \(aside.escaped())"]
        case .remove:
            try removeAll()
            return []
        case .removeMade(let keys): return try removeMade(keys: keys, now: now)
        case .clearAttributes:
            let (bits, inode) = try attributes(of: change.part)
            try record(HomeUndo(change, former: .attributes(bits), inode: inode))
            try setAttributes(bits & ~(VMA_ATTRIBUTE_IMMUTABLE | VMA_ATTRIBUTE_APPEND), of: change.part, inode: inode)
            return ["\(change.shown) is no longer immutable"]
        }
    }

    /// Takes a change back; what has since been replaced by something else is left alone.
    ///
    /// - Parameter keys: files of keys of the same transaction, which are its own in a home that it made.
    func takeBack(_ undo: HomeUndo, keys: [ForeignText], now: String) throws(Fault) -> [String] {
        let part = undo.change.part
        switch undo.former {
        case .nothing where !part.isEmpty: try removeFolder(part)
        case .nothing: return try removeMade(keys: keys, now: now)
        case .owner(let uid, let gid): try give(uid, gid, inode: undo.inode)
        case .mode(let mode): try setMode(mode, of: part, inode: undo.inode)
        case .renamed(let aside):
            let original = Self.name(undo.change)
            let folder = part.bytes.dropLast(original.count)
            try rename(
                part.isEmpty ? nil : ForeignText(folder + aside.bytes), aside: aside, backTo: ForeignText(original), inode: undo.inode)
        case .attributes(let bits): try setAttributes(bits, of: part, inode: undo.inode)
        }
        return []
    }

    static func name(_ change: HomeChange) -> [UInt8] {
        let whole = change.part.isEmpty ? change.home : change.part
        return whole.bytes.split(separator: UInt8(ascii: "/")).last.map { Array($0) } ?? []
    }

    func look(at part: ForeignText) throws(Fault) -> FileStatus {
        let reply = try atPlace(of: part, asRoot: false, "look at") { (folder, name) throws(Fault) in
            var info = stat()
            _ = try retrying("look") { fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) }
            return Array(FileStatus(info).words.utf8)
        }
        guard let status = FileStatus(words: Substring(decoding: reply, as: UTF8.self)) else {
            throw Fault("look at a home", cause: "no answer")
        }
        return status
    }

    /// - Parameter inode: 0 for whatever is there.
    private static func require(_ descriptor: borrowing Descriptor, inode: UInt64) throws(Fault) -> FileStatus {
        let status = try descriptor.status(naming: "it")
        guard inode == 0 || status.inode == inode else { throw Fault("change it", cause: "something else has taken its place") }
        return status
    }

    // MARK: owner, by root

    private func own(_ change: HomeChange, _ record: (HomeUndo) throws(Fault) -> Void) throws(Fault) {
        let status = try look(at: change.part)
        let home = Home.answer(for: change.user, guest)
        guard status.kind == .directory || home.isLink, case .directory(let target) = home.state, let identity,
            home.owner == .root || isNobody(home.owner)
        else { throw Fault("give \(change.shown) to \(change.user.text)", cause: "it is not what it was a moment ago") }
        try record(HomeUndo(change, former: .owner(uid: target.uid, gid: target.gid), inode: target.inode))
        try give(identity.uid, identity.gid, inode: target.inode)
    }

    private func isNobody(_ owner: HomeAnswer.Owner?) -> Bool { if case .nobody = owner { true } else { false } }

    /// By descriptor, of a directory, whose path is root's alone.
    private func give(_ uid: UInt32, _ gid: UInt32, inode: UInt64) throws(Fault) {
        _ = try atPlace(of: ForeignText([]), asRoot: true, "give away") { (_, _) throws(Fault) in
            let directory = try guest.root.open(text(path), O_RDONLY | O_DIRECTORY)
            let status = try Self.require(directory, inode: inode)
            if status.uid == uid, status.gid == gid { return [] }
            _ = try retrying("change its owner") { fchown(directory.raw, uid, gid) }
            // The kernel may have cleared bits at that.
            _ = try retrying("keep its mode") { fchmod(directory.raw, status.mode) }
            return []
        }
    }

    // MARK: mode and name, by the user

    private func setMode(_ mode: UInt32, of part: ForeignText, inode: UInt64) throws(Fault) {
        guard !part.isEmpty else {
            // By path, since with the user's own rights nobody can lead this astray.
            _ = try asUser("change the mode of") { () throws(Fault) in
                try setMode(mode, by: guest.root.open(text(path), VMA_O_PATH | O_DIRECTORY), inode: inode)
                return []
            }
            return
        }
        _ = try atPlace(of: part, asRoot: false, "change the mode of") { (folder, name) throws(Fault) in
            // A file that its owner may not read opens only as a path; its mode is then changed by that.
            let raw = try retrying("open it") { openat(folder, name, VMA_O_PATH | O_NOFOLLOW | O_CLOEXEC) }
            try setMode(mode, by: Descriptor(owning: raw), inode: inode)
            return []
        }
    }

    private func setMode(_ mode: UInt32, by place: consuming Descriptor, inode: UInt64) throws(Fault) {
        let status = try Self.require(place, inode: inode)
        guard status.kind == .file || status.kind == .directory, let identity, status.uid == identity.uid else {
            throw Fault("change its mode", cause: "it is \(status.kind.rawValue) of uid \(status.uid)")
        }
        if status.mode == mode { return }
        let raw = place.raw
        _ = try retrying("change its mode") { chmod("/proc/self/fd/\(raw)", mode) }
        // Open until here.
        _ = try place.status(naming: "it")
    }

    /// The home itself, links followed.
    func lookAtHome() throws(Fault) -> FileStatus {
        let reply = try asUser("look at") { () throws(Fault) in Array((try guest.root.target(text(path))?.words ?? "").utf8) }
        guard let status = FileStatus(words: Substring(decoding: reply, as: UTF8.self)) else {
            throw Fault("look at \(path.escaped())", errno: ENOENT)
        }
        return status
    }

    /// In a child with the user's rights.
    func asUser(_ doing: String, _ body: () throws(Fault) -> [UInt8]) throws(Fault) -> [UInt8] {
        try ChildReply.of("\(doing) \(path.escaped())", in: path) { () throws(Fault) in
            guard let identity else { throw Fault(doing, cause: "there is no such account") }
            try identity.becomeForFiles()
            return try body()
        }
    }

    private func rename(_ part: ForeignText, to aside: ForeignText, inode: UInt64) throws(Fault) {
        _ = try atPlace(of: part, asRoot: false, "move") { (folder, name) throws(Fault) in
            try Self.rename(in: folder, name, to: text(aside), inode: inode)
        }
    }

    private func rename(_ part: ForeignText?, aside: ForeignText, backTo original: ForeignText, inode: UInt64) throws(Fault) {
        _ = try atPlace(of: part ?? ForeignText([]), asRoot: false, "move back") { (folder, name) throws(Fault) in
            let from = part == nil ? text(aside) : name
            var info = stat()
            // Never moved, or moved back already.
            if fstatat(folder, from, &info, AT_SYMLINK_NOFOLLOW) == -1, errno == ENOENT { return [] }
            // A folder that was made in its place, and whose file of keys is gone again.
            _ = unlinkat(folder, text(original), AT_REMOVEDIR)
            return try Self.rename(in: folder, from, to: text(original), inode: inode)
        }
    }

    private static func rename(in folder: Int32, _ name: String, to other: String, inode: UInt64) throws(Fault) -> [UInt8] {
        var info = stat()
        _ = try retrying("look") { fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) }
        guard UInt64(info.st_ino) == inode else { throw Fault("move it", cause: "something else has taken its place") }
        _ = try retrying("rename it") { vma_rename_noreplace(folder, name, folder, other) }
        _ = fsync(folder)
        return []
    }

    // MARK: attributes, by root

    func attributes(of part: ForeignText) throws(Fault) -> (bits: Int, inode: UInt64) {
        let reply = try onFile(part, "read the attributes of") { (file) throws(Fault) in
            var bits = 0
            _ = try retrying("read them") { vma_file_attributes(file.raw, &bits) }
            return Array("\(bits) \(try file.status(naming: "it").inode)".utf8)
        }
        let words = String(decoding: reply, as: UTF8.self).split(separator: " ")
        guard words.count == 2, let bits = Int(words[0]), let inode = UInt64(words[1]) else {
            throw Fault("read attributes", cause: "no answer")
        }
        return (bits, inode)
    }

    private func setAttributes(_ bits: Int, of part: ForeignText, inode: UInt64) throws(Fault) {
        _ = try onFile(part, "change the attributes of") { (file) throws(Fault) in
            _ = try Self.require(file, inode: inode)
            _ = try retrying("change them") { vma_set_file_attributes(file.raw, bits) }
            return []
        }
    }

    /// With root's rights, and so no link followed, and only on what is the user's own or root's.
    private func onFile(_ part: ForeignText, _ doing: String, _ body: (borrowing Descriptor) throws(Fault) -> [UInt8]) throws(Fault)
        -> [UInt8]
    {
        try atPlace(of: part, asRoot: true, doing) { (folder, name) throws(Fault) in
            let raw = try retrying("open it") {
                vma_openat2(
                    folder, name, UInt64(O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), 0,
                    VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_SYMLINKS | VMA_RESOLVE_NO_XDEV)
            }
            let file = Descriptor(owning: raw)
            let status = try file.status(naming: "it")
            guard status.kind == .file && status.links == 1 || status.kind == .directory, status.uid == 0 || status.uid == identity?.uid
            else {
                throw Fault(doing, cause: "it is not the user's own")
            }
            return try body(file)
        }
    }
}
