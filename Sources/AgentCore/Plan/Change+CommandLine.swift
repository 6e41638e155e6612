extension Change {
    /// What a person would type for it; nil where no few words do it.
    package var commandLine: String? {
        switch self {
        case .tool(let call, _): call.commandLine
        case .password(let user): "passwd -- \(user.text)"
        case .lockMark(let user): "usermod --password '*' -- \(user.text)"
        case .file(let file): file.check == .visudo ? "visudo -f \(ToolCall.quoted(file.path))" : nil
        case .home(let change): change.commandLine
        case .accountLock(let path): "rm -- \(ToolCall.quoted(path))"
        case .remove(let path): "rm -- \(ToolCall.quoted(path))"
        case .endSessions(let user, _): "loginctl terminate-user \(user.text)"
        case .service(let change): change.commandLine
        case .keys, .oldPasswords: nil
        }
    }
}

extension HomeChange {
    /// nil also where the path holds bytes that nobody could type.
    var commandLine: String? {
        let path = part.isEmpty ? home.bytes : home.bytes + [UInt8(ascii: "/")] + part.bytes
        guard path.allSatisfy({ (0x20...0x7e).contains($0) }) else { return nil }
        let shown = ToolCall.quoted(String(decoding: path, as: UTF8.self))
        return switch action {
        case .make(let mode): "install -d -m \(String(mode, radix: 8)) -o \(user.text) -g \(user.text) -- \(shown)"
        case .own: "chown -- \(user.text): \(shown)"
        case .mode(let mode): "chmod \(String(mode, radix: 8)) -- \(shown)"
        case .setAside: "mv -- \(shown) \(ToolCall.quoted(String(decoding: path, as: UTF8.self) + ".aside"))"
        case .clearAttributes: "chattr -ia -- \(shown)"
        case .remove, .removeMade: nil
        }
    }
}

extension ServiceChange {
    var commandLine: String? {
        switch self {
        case .setAside(let path): "mv -- \(ToolCall.quoted(path)) \(ToolCall.quoted(path + ".aside"))"
        case .protect(let path, let mode):
            "chown root: \(ToolCall.quoted(path)); chmod \(String(mode, radix: 8)) \(ToolCall.quoted(path))"
        case .directory(let path, let mode): "install -d -m \(String(mode, radix: 8)) -o root -g root -- \(ToolCall.quoted(path))"
        case .hostKeys: "ssh-keygen -A"
        case .unmask(let unit): "systemctl unmask \(unit)"
        case .enable(let unit): "systemctl enable \(unit)"
        case .start(let unit): "systemctl start \(unit)"
        case .reload(let unit): "systemctl reload \(unit)"
        case .accept(let opening): opening.commandLine
        case .guarded, .configure, .restore, .connect: nil
        }
    }
}

extension FirewallOpening {
    /// The same rule, by the program that the chain is managed with.
    var commandLine: String? {
        guard let packet = rule.packet else { return nil }
        guard rule.isIptables else {
            let words = ["insert", "rule", rule.family, rule.table, rule.chain] + packet.nftMatch + ["accept"]
            return "nft \(ToolCall.quoted(words.joined(separator: " ")))"
        }
        let program = rule.family == "ip6" ? "ip6tables" : "iptables"
        let table = rule.table == "filter" ? "" : "-t \(rule.table) "
        return packet.iptablesMatches.map { "\(program) \(table)-I \(rule.chain) \($0.joined(separator: " ")) -j ACCEPT" }
            .joined(separator: "; ")
    }
}
