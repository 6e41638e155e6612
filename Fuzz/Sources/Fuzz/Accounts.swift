import AgentCore

/// passwd, group, shadow and opasswd, and what new accounts are made like.
func checkAccounts(_ bytes: [UInt8]) {
    for entry in PasswdFile.entries(in: bytes) {
        require(!entry.name.isEmpty && !entry.name.bytes.contains { $0 == 0x0a || $0 == UInt8(ascii: ":") }, "a name is one field")
        require(!entry.home.bytes.contains { $0 == 0x0a || $0 == UInt8(ascii: ":") }, "a home is one field")
    }
    for entry in GroupEntry.entries(in: bytes) {
        require(entry.members.allSatisfy { !$0.bytes.contains(UInt8(ascii: ",")) }, "members are apart")
    }
    let contents = Secret(copying: bytes)
    if let fields = ShadowEntry.fields(of: bob.bytes, in: contents) {
        require(bytes[fields[0]].elementsEqual(bob.bytes), "the line of that name")
        require(fields.allSatisfy { !bytes[$0].contains { $0 == 0x0a || $0 == UInt8(ascii: ":") } }, "fields are apart")
    }
    if let entry = ShadowEntry(of: bob.bytes, in: contents) {
        require(entry.password != .locked || entry.hasLockMark, "what is locked has the mark")
    }
    if let rest = OldPasswords.removing(bob, from: contents) {
        let left = rest.withBytes { Array($0) }
        require(left.count < bytes.count && isSubsequence(left, of: bytes), "a removal only removes")
        require(OldPasswords.removing(bob, from: rest) == nil, "nothing of that name is left")
    }
    let (loginDefs, useradd) = halves(bytes)
    let defaults = AccountDefaults(loginDefs: loginDefs, useradd: useradd)
    require(defaults.homeMode & 0o700 == 0o700 && defaults.homeMode & 0o022 == 0, "a home is its owner's and nobody else's to write")
    require(defaults.homeBase.bytes.first == UInt8(ascii: "/") && defaults.shell.bytes.first == UInt8(ascii: "/"), "paths are absolute")
}

/// sudoers(5) and what sudo lists.
func checkSudoers(_ bytes: [UInt8]) {
    for uid in [nil, 1000] as [UInt32?] {
        let rest = SudoersLines.removing(bob, uid: uid, from: bytes)
        // An alias that would be empty gets somebody who cannot be, and what is left of a list a blank behind each comma.
        let kept = rest.split(separator: Array(SudoersLines.nobody.utf8), omittingEmptySubsequences: false).joined()
        require(isSubsequence(kept.filter { $0 != 0x20 }, of: bytes), "a removal only removes")
        require(SudoersLines.removing(bob, uid: uid, from: rest) == rest, "a second time changes nothing")
        if !bytes.contains(bob.bytes), !bytes.contains(Array("#1000".utf8)) { require(rest == bytes, "nobody else is touched") }
    }
    _ = SudoersLines.includesFolder(bytes)
    _ = SudoGrants(listing: bytes)
}
