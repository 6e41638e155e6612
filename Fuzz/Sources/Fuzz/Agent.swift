import AgentCore

/// What the Azure agent writes for a handler, and what the handler remembers.
func checkHandler(_ bytes: [UInt8]) {
    do throws(Refusal) {
        let environment = try HandlerEnvironment(Secret(copying: bytes))
        for folder in [environment.logFolder, environment.configFolder, environment.statusFolder] {
            requireShowable(folder, limit: 1024)
            require(folder.utf8.first == UInt8(ascii: "/"), "an absolute path")
        }
    } catch {
        requireShowable(error.message)
    }
    if let memory = HandlerMemory(Secret(copying: bytes)) {
        require(HandlerMemory(Secret(copying: memory.document.compact())) == memory, "it is read as it was written")
    }
    if let number = HandlerSequence.number(bytes) { require((0...999_999_999).contains(number), "a number of a file") }
    let names = bytes.split(separator: 0x0a).map { ForeignText($0) }
    if let highest = HandlerSequence.highest(among: names) {
        require(names.contains(ForeignText("\(highest).settings")), "a file of that name is there")
    }
}

/// `/etc/vmaccess-agent.conf`.
func checkConfiguration(_ bytes: [UInt8]) {
    do throws(Refusal) {
        let configuration = try Configuration(bytes)
        if configuration.requiresSealed { require(bytes.contains(Array("RequireSealed".utf8)), "no demand that is not written") }
        if configuration.requiresSigned { require(bytes.contains(Array("RequireSigned".utf8)), "no demand that is not written") }
    } catch {
        requireShowable(error.message)
    }
}

/// An EnvironmentFile of the SSH unit, and a command line with it.
func checkEnvironment(_ bytes: [UInt8]) {
    let (file, command) = halves(bytes)
    var environment = ServiceEnvironment()
    environment.read(file)
    let words = String(decoding: command.prefix(256), as: UTF8.self).split(separator: " ").map(String.init)
    let expanded = environment.expand(words + ["$OPTIONS", "${OPTIONS}", "$$", "${", "$"])
    // A value goes in where it is named and is not looked through again.
    let most = (words.count + 5) * (bytes.count * 3 + 256) * 64
    require(expanded.reduce(0) { $0 + $1.utf8.count } <= most, "what comes out is bounded by what went in")
}

/// `nft -j list ruleset`.
func checkFirewall(_ bytes: [UInt8]) {
    guard let document = try? JSONReader.read(Secret(copying: bytes)), let rules = try? FirewallRules(listing: document.root) else {
        return
    }
    let openings = rules.openings(for: 22)
    require(openings.count <= bytes.count, "no more openings than chains")
    for opening in openings {
        requireShowable(opening.reason)
        guard case .rule(let rule) = opening.way else { continue }
        require(rule.packet?.mark == rule.mark, "our own rule is known by its mark")
    }
}

/// `/proc/net/tcp` and `tcp6`.
func checkSockets(_ bytes: [UInt8]) {
    for family in [Listener.Family.ipv4, .ipv6] {
        for (_, listener) in SocketTable.listeners(in: bytes, family) {
            require(listener.family == family, "of that family")
            require(listener.address.utf8.allSatisfy { ":.0123456789abcdef".utf8.contains($0) }, "an address")
            require(listener.address.utf8.count <= 45, "no longer than an address")
        }
    }
    if bytes.count == 4 || bytes.count == 16 { requireShowable(IPAddress.text(bytes), limit: 45) }
}

/// A status file, for people.
func checkStatus(_ bytes: [UInt8]) {
    for line in StatusText.lines(bytes) { requireShowable(line, limit: 5000) }
    for line in ConsoleLines.wrapped(String(decoding: bytes, as: UTF8.self)) { requireShowable(line, limit: 79) }
}
