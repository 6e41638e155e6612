import AgentCore

/// The text of `ssh_key`: each key that is taken stands on one line that sshd reads as the same key.
func checkKeys(_ bytes: [UInt8]) {
    do throws(Refusal) {
        let reading = try KeyMaterial.read(Secret(copying: bytes))
        require(!reading.keys.isEmpty, "at least one")
        for warning in reading.warnings { requireShowable(warning) }
        for case .line(let line) in reading.keys { checkLine(line) }
    } catch {
        requireShowable(error.message)
    }
    if let line = try? AuthorizedKeyLine(bytes) { checkLine(line) }
}

func checkLine(_ line: AuthorizedKeyLine) {
    let text = line.bytes
    require(!text.contains { $0 == 0x0a || $0 == 0x0d || $0 == 0 }, "one line")
    let again = try? AuthorizedKeyLine(text)
    require(again?.key == line.key && again?.effect == line.effect, "the same key to the same effect")
    require(again?.bytes == text, "the same bytes again")
}

/// A file of keys: what is asked for is in it, everybody else's lines stay, and a second time changes nothing.
func checkAuthorizedKeys(_ file: [UInt8]) {
    for replacing in [false, true] {
        guard let merge = try? AuthorizedKeys.merging([ownLine], into: file, replacing: replacing) else { continue }
        require(merge.added.count + merge.present.count == 1, "added or present")
        guard let again = try? AuthorizedKeys.merging([ownLine], into: merge.bytes, replacing: replacing) else {
            require(false, "what was merged can be merged")
            return
        }
        require(!again.isChanged && again.bytes == merge.bytes, "a second time changes nothing")
        require(again.added.isEmpty, "the key is there and opens")
        if replacing {
            require(merge.bytes == ownLine.bytes + [0x0a], "this key and no other")
        } else if merge.added.isEmpty {
            require(lines(merge.bytes) == lines(file), "nobody's line changes")
        } else {
            var rest = lines(merge.bytes)
            if let index = rest.firstIndex(of: ownLine.bytes) { rest.remove(at: index) }
            require(rest == lines(file), "everybody else's lines stay, in their order")
        }
    }
    if let added = try? AuthorizedKeys.adding(temporary: proofLine, to: file), !file.contains(proofMarker) {
        require(AuthorizedKeys.removing(marker: proofMarkerText, from: added) == file, "the proof's line leaves no trace")
    }
    require(isSubsequence(AuthorizedKeys.removing(marker: "m", from: file), of: file), "nothing is added by a removal")
}

private func lines(_ file: [UInt8]) -> [[UInt8]] {
    var lines = file.split(separator: 0x0a, omittingEmptySubsequences: false).map(Array.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { line in Array(line[..<(line.lastIndex { $0 != 0x0d }.map { $0 + 1 } ?? 0)]) }
}

private let ownKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGDI1NyPoQxJ6bGnUCl1Wxxl0xjWTNVXhCWqYRNRTl2P"
// swift-format-ignore: NeverUseForceTry
private let ownLine = try! AuthorizedKeyLine("\(ownKey) bob@home".utf8)
private let proofMarkerText = ProofLine.marker("0123456789abcdef")
private let proofMarker = Array(proofMarkerText.utf8)
// swift-format-ignore: NeverUseForceTry
private let proofLine = try! ProofLine.line(
    publicKey: Array(ownKey.utf8), addresses: ["127.0.0.1", "::1"], expiry: "20300101000000", token: "0123456789abcdef")

extension [UInt8] {
    func contains(_ part: [UInt8]) -> Bool { indices.contains { self[$0...].starts(with: part) } }
}
