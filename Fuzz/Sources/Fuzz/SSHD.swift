@testable import AgentCore

/// A file of sshd's configuration: what is not edited keeps its bytes, and an edit does what it says and no more.
func checkSSHD(_ bytes: [UInt8]) {
    let file = SSHDFile(path: ForeignText("/etc/ssh/sshd_config"), bytes: bytes)
    var last = 0
    for statement in file.statements {
        require(statement.range.lowerBound >= last && statement.range.upperBound <= bytes.count, "lines in order, inside the file")
        require(!statement.range.isEmpty, "a statement has bytes")
        last = statement.range.upperBound
    }
    require(file.commentingOut(lines: []) == bytes && file.removing(lines: []) == bytes, "no edit, no change")
    checkLineEdits(file)
    for place in [SSHDFile.Place.beforeFirstDirective, .beforeFirstMatch, .end] { checkBlock(file, at: place) }
    checkWhole(bytes)
}

private func checkLineEdits(_ file: SSHDFile) {
    // Every other statement, so that there is something to stay.
    let chosen = file.statements.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    let numbers = Set(chosen.map(\.line))
    var expected: [UInt8] = []
    var commented: [UInt8] = []
    var kept = 0
    for statement in chosen {
        expected += file.bytes[kept..<statement.range.lowerBound]
        commented += file.bytes[kept..<statement.range.lowerBound] + [UInt8(ascii: "#")] + file.bytes[statement.range]
        kept = statement.range.upperBound
    }
    require(file.removing(lines: numbers) == expected + file.bytes[kept...], "the named lines go and no byte else")
    require(file.commentingOut(lines: numbers) == commented + file.bytes[kept...], "a # before the named lines and no byte else")
}

// swift-format-ignore: NeverUseForceTry
private let block = try! SSHDBlock(name: "fuzz", lines: [ForeignText("Match User bob"), ForeignText("PasswordAuthentication yes")])

private func checkBlock(_ file: SSHDFile, at place: SSHDFile.Place) {
    let set = SSHDFile(path: file.path, bytes: file.setting(block, at: place))
    require(set.setting(block, at: place) == set.bytes, "a second time changes nothing")
    let own = set.blocks.filter { $0.name == ForeignText(block.name) }
    require(own.count == 1 && !own[0].isTorn, "there once, and whole")
    let ours = set.statements.filter { own[0].range.contains($0.range.lowerBound) }
    require(ours.count == 2 && ours[0].match != nil && ours.allSatisfy { $0.flaw == nil }, "sshd reads both of its lines")
    let rest = file.removing(block)
    let back = set.removing(block)
    // Behind an open last line a newline or two had to go in.
    require(
        back.starts(with: rest) && back[rest.count...].allSatisfy { $0 == 0x0a } && back.count <= rest.count + 2,
        "taken out again, it is as before")
    require(isSubsequence(rest, of: file.bytes), "a removal only removes")
}

/// The same file as a whole configuration that includes its own second half.
private func checkWhole(_ bytes: [UInt8]) {
    let (main, included) = halves(bytes)
    let whole = SSHDConfiguration.read(main: (ForeignText("/etc/ssh/sshd_config"), main), options: [ForeignText(included.prefix(64))]) {
        pattern in
        pattern.bytes.contains(UInt8(ascii: "*")) ? [(ForeignText("/etc/ssh/sshd_config.d/a.conf"), included)] : []
    }
    let connection = SSHDConnection(
        user: ForeignText("bob"), userExists: true, groups: [ForeignText("bob"), ForeignText("sudo")], host: nil,
        address: ForeignText("192.0.2.1"), localAddress: ForeignText("192.0.2.2"), localPort: 22)
    for keyword in ["passwordauthentication", "allowusers", "authorizedkeysfile", "acceptenv", "port", "usedns"] {
        let decision = whole.deciding(keyword, for: connection)
        require(decision.lines.count <= whole.directives.count, "only lines that are there decide")
    }
    _ = whole.admission(of: connection)
    for directive in whole.directives where directive.name == SSHDKeyword("authorizedkeysfile") {
        let account = AuthorizedKeysLocation.Account(name: ForeignText("bob"), uid: 1000, home: ForeignText("/home/bob"))
        for value in directive.arguments { checkPlace(AuthorizedKeysLocation(value, for: account)) }
    }
}

private func checkPlace(_ place: AuthorizedKeysLocation) {
    switch place {
    case .belowHome(let path): require(path.bytes.first != UInt8(ascii: "/"), "below the home is relative")
    case .ownFile(let path), .shared(let path): require(path.bytes.first == UInt8(ascii: "/"), "elsewhere is absolute")
    case .none, .unusable: break
    }
}

/// `sshd -T`.
func checkEffective(_ bytes: [UInt8]) {
    guard let configuration = try? EffectiveConfiguration(output: bytes) else { return }
    require(!configuration.all("port").isEmpty, "there is a port")
    require(configuration.ports.count <= configuration.all("port").count, "no more ports than lines")
    _ = (configuration.listenAddresses, configuration.authenticationMethods, configuration.maxStartups, configuration.permitRootLogin)
    _ = (configuration.authorizedKeysFiles, configuration.hostKeys, configuration.loginGraceTime, configuration.access)
    let connection = SSHDConnection(user: ForeignText("bob"), groups: [ForeignText("bob")], address: ForeignText("192.0.2.1"))
    _ = configuration.access.verdict(for: connection)
}

/// `ssh -v`'s words and the remote command's.
func checkTranscript(_ bytes: [UInt8]) {
    let (errors, output) = halves(bytes)
    for timedOut in [false, true] {
        let transcript = SSHTranscript(errors: errors, output: output, token: "0123456789abcdef", timedOut: timedOut)
        switch transcript.result {
        case .loggedIn:
            require(output.contains(Array("0123456789abcdef".utf8)), "no login without the token")
            require(errors.contains(Array("Authenticated to ".utf8)), "no login without ssh's word")
        case .noSession(let words), .refused(let words), .unreachable(let words), .stranger(let words): requireShowable(words, limit: 400)
        case .served: require(false, "nobody asked for that")
        }
    }
}
