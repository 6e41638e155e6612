internal import AgentCore
internal import CLinux
internal import Glibc

extension KeysFile {
    /// The contents, and what stands at each component of the path: as sshd's `safe_path` is going to see them.
    func examine() -> KeysFileAnswer {
        do throws(Fault) {
            guard isBelowHome else {
                let contents = try readOutsideHome()
                return KeysFileAnswer(home: .absent, contents: contents.map { .bytes($0) } ?? .absent)
            }
            return try Self.decode(
                ChildReply.of("read \(shown)", in: account.entry.home) { () throws(Fault) in
                    try identity.becomeForFiles()
                    guard let home = try openHome() else { return Array("-\n\n0".utf8) }
                    var lines = [try home.status(naming: "the home").words]
                    for count in 1...max(components.count, 1) {
                        guard let line = part(components.prefix(count).joined(separator: "/"), home.raw) else { break }
                        lines.append(line)
                    }
                    lines += realFolders(home.raw)
                    lines += siblings(home.raw)
                    let head = Array((lines.joined(separator: "\n") + "\n\n").utf8)
                    do throws(Fault) {
                        return head + (try readFile(in: home).map { [UInt8(ascii: "1")] + $0 } ?? [UInt8(ascii: "0")])
                    } catch {
                        return head + [UInt8(ascii: "2")] + Array(error.cause.utf8)
                    }
                }, components)
        } catch {
            return KeysFileAnswer(home: .unreadable(error.message), contents: .unreadable(error.message))
        }
    }

    /// One component: itself, what it leads to, whether it is immutable. nil where there is none, or the way is barred.
    private func part(_ name: String, _ home: Int32) -> String? {
        func opened(_ flags: Int32) -> Descriptor? {
            let raw = vma_openat2(home, name, UInt64(flags | O_CLOEXEC), 0, VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_MAGICLINKS)
            return raw == -1 ? nil : Descriptor(owning: raw)
        }
        guard let entry = try? opened(VMA_O_PATH | O_NOFOLLOW)?.status(naming: name) else { return nil }
        let target = try? opened(VMA_O_PATH)?.status(naming: name)
        var isFixed = false
        if entry.kind == .file || entry.kind == .directory, let file = opened(O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY) {
            var bits = 0
            isFixed = vma_file_attributes(file.raw, &bits) == 0 && bits & (VMA_ATTRIBUTE_IMMUTABLE | VMA_ATTRIBUTE_APPEND) != 0
        }
        return "\(entry.words)|\(target?.words ?? "-")|\(isFixed ? 1 : 0)"
    }

    /// What a link in the home leads to: the folders that sshd, which resolves links first, looks at in its place. Only the user's own.
    private func realFolders(_ home: Int32) -> [String] {
        func real(_ raw: Int32) -> [Substring] {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink("/proc/self/fd/\(raw)", &buffer, buffer.count)
            return String(decoding: buffer[..<max(length, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: "/")
        }
        func folder(_ parts: ArraySlice<String>) -> [Substring]? {
            let raw = vma_openat2(
                home, parts.joined(separator: "/"), UInt64(VMA_O_PATH | O_CLOEXEC), 0, VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_MAGICLINKS)
            guard raw != -1 else { return nil }
            defer { close(raw) }
            return real(raw)
        }
        guard let found = folder(components[...])?.dropLast() ?? folder(components.dropLast())?[...] else { return [] }
        let own = real(home)
        guard !own.isEmpty, found.starts(with: own) else { return [] }
        let below = found.dropFirst(own.count).map(String.init)
        return below.indices.compactMap { index in
            let path = below[...index].joined(separator: "/")
            guard !folders.contains(ForeignText(path)), let line = part(path, home), let entry = line.split(separator: "|").first,
                let status = FileStatus(words: entry), status.kind == .directory, status.uid == account.entry.uid
            else { return nil }
            return "\(Hex.text(of: path.utf8))|real|\(line)"
        }
    }

    /// Names beyond these are not looked at: nobody's `.ssh` holds so many by honest means.
    private static let mostSiblings = 100

    /// What else lies in the file's folder, where that is one of its own below the home.
    private func siblings(_ home: Int32) -> [String] {
        let folder = components.dropLast().joined(separator: "/")
        let raw = vma_openat2(
            home, folder, UInt64(O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0, VMA_RESOLVE_BENEATH | VMA_RESOLVE_NO_SYMLINKS)
        guard !folder.isEmpty, raw != -1 else { return [] }
        guard let stream = fdopendir(raw) else {
            close(raw)
            return []
        }
        defer { closedir(stream) }
        var lines: [String] = []
        while lines.count < Self.mostSiblings, let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix(while: { $0 != 0 })) }
            guard entry.pointee.d_type == 8, text(ForeignText(name)) != components.last else { continue }
            let path = folder + "/" + text(ForeignText(name))
            if let line = part(path, home) { lines.append("\(Hex.text(of: path.utf8))|\(line)") }
        }
        return lines
    }

    private static func decode(_ reply: [UInt8], _ components: [String]) throws(Fault) -> KeysFileAnswer {
        guard let end = reply.indices.dropLast().first(where: { reply[$0] == 0x0a && reply[$0 + 1] == 0x0a }), end + 2 < reply.count else {
            throw Fault("read a keys file", cause: "no answer")
        }
        let lines = String(decoding: reply[..<end], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        var parts: [KeysPathPart] = lines.dropFirst().enumerated().compactMap { index, line in
            let fields = line.split(separator: "|")
            guard fields.count == 3, let entry = FileStatus(words: fields[0]) else { return nil }
            return KeysPathPart(
                path: ForeignText(components.prefix(index + 1).joined(separator: "/")), entry: entry, target: FileStatus(words: fields[1]),
                isFixed: fields[2] == "1")
        }
        parts += lines.compactMap { line in
            let fields = line.split(separator: "|")
            guard fields.count == 5, let path = Hex.bytes(of: Array(fields[0].utf8)), let entry = FileStatus(words: fields[2]) else {
                return nil
            }
            return KeysPathPart(path: ForeignText(path), entry: entry, target: FileStatus(words: fields[3]), isFixed: fields[4] == "1")
        }
        let siblings: [KeysPathPart] = lines.compactMap { line in
            let fields = line.split(separator: "|")
            guard fields.count == 4, let path = Hex.bytes(of: Array(fields[0].utf8)), let entry = FileStatus(words: fields[1]) else {
                return nil
            }
            return KeysPathPart(path: ForeignText(path), entry: entry, target: FileStatus(words: fields[2]), isFixed: fields[3] == "1")
        }
        let rest = Array(reply[(end + 3)...])
        let contents: KeysFileAnswer.Contents =
            switch reply[end + 2] {
            case UInt8(ascii: "0"): .absent
            case UInt8(ascii: "1"): .bytes(rest)
            default: .unreadable(ForeignText(rest).escaped())
            }
        return KeysFileAnswer(
            home: lines.first.flatMap { FileStatus(words: $0) }.map { .present($0) } ?? .absent, contents: contents, parts: parts,
            siblings: siblings)
    }
}
