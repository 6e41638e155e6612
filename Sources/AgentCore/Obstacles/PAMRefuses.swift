/// PAM's stack for sshd refuses an account that is in order: a stack that is missing, damaged or denies, or a list that one of its
/// modules reads.
package struct PAMRefuses: Obstacle {
    package let id = "pam-stack"
    package let layer = Layer.session

    package init() {}

    package func judge(_ facts: Facts, _ asked: Case) throws(Unanswered) -> Judgement {
        if asked.restores { return .clear }
        if case .missing = try facts.service().state { return .clear }
        let name = asked.user ?? UserName("nobody")
        if let name, try facts.sshd(asked.connection(of: name)).value?.usePAM == false { return .clear }
        let modules = try facts.pamModules()
        // Where not even these are found, it is not known where modules are.
        guard modules.contains("pam_unix.so") else { return .unknown("it is not known where PAM's modules are") }
        var overlay: [String: [UInt8]] = [:]
        var words: [String] = []
        var evidence: [Evidence] = []
        var steps: [Step] = []
        var hasDefaults = false
        // One after the other: behind what refuses there may be more that does.
        rounds: for _ in 0..<12 {
            for (service, kind) in Self.stacks(asked) {
                let found = try Self.refusal(facts, asked, service, kind, modules, overlay)
                guard let refusal = found else { continue }
                words.append(Self.words(refusal, service, kind))
                if let line = refusal.line {
                    evidence.append(try Evidence(line: line.number, of: ForeignText(line.path), line.text, facts))
                }
                if case .list(let list) = refusal.reason {
                    evidence.append(try Evidence(line: list.line, of: ForeignText(list.path), list.text ?? ForeignText(""), facts))
                    overlay[list.path] = list.opened
                    let whom = asked.user.map { " for \($0.text)" } ?? ""
                    steps.append(
                        .service("open \(ForeignText(list.path).escaped())\(whom)", .write(.init(path: list.path, contents: list.opened))))
                    continue rounds
                }
                let path = refusal.path ?? DistributionPAM.sshd
                let isDebian = try Self.exists("/usr/share/pam-configs/unix", facts)
                if DistributionPAM.common.contains(path), !hasDefaults, isDebian {
                    // All of them at once, and what they hold then is the distribution's.
                    hasDefaults = true
                    for path in DistributionPAM.common { overlay[path] = Array("\(Self.kind(of: path)) required pam_permit.so\n".utf8) }
                    steps.append(.service("have pam-auth-update write the distribution's common PAM stacks", .pamDefaults))
                    continue rounds
                }
                // The distribution's own stack of sshd reads no other files than the common ones.
                if !DistributionPAM.common.contains(path), service == "sshd", overlay[DistributionPAM.sshd] == nil,
                    let contents = DistributionPAM.contents(
                        hasCommon: isDebian, hasPasswordAuth: try Self.exists("/etc/pam.d/password-auth", facts))
                {
                    overlay[DistributionPAM.sshd] = contents
                    let file = ConfigurationChange.File(path: DistributionPAM.sshd, contents: contents)
                    steps.append(.service("put the distribution's PAM stack of sshd in place", .write(file)))
                    continue rounds
                }
                // Nobody's to clear here: with what is left refused, nothing of it is touched.
                return .found(
                    Finding(
                        self, words.joined(separator: "; "), evidence: evidence, mandate: .nobody,
                        remedy: "correct \(ForeignText(path).escaped()) by hand"))
            }
            break
        }
        if words.isEmpty { return .clear }
        return .found(Finding(self, words.joined(separator: "; "), evidence: evidence, mandate: .reset, steps: steps))
    }

    private static func stacks(_ asked: Case) -> [(String, PAMLine.Kind)] {
        var stacks: [(String, PAMLine.Kind)] = [("sshd", .account), ("sshd", .session)]
        // A key needs no password, and a password that is not to be set need not be taken.
        if asked.wanted == nil || asked.wanted?.password != nil { stacks.append(("sshd", .auth)) }
        // Without it the password is set past PAM, and the status says so: nobody is refused for that stack.
        if asked.resets, asked.wanted?.password != nil { stacks.append(("chpasswd", .password)) }
        return stacks
    }

    private static func kind(of path: String) -> String {
        PAMLine.Kind.allCases.map(\.rawValue).first { path.hasPrefix("/etc/pam.d/common-\($0)") } ?? "auth"
    }

    private static func exists(_ path: String, _ facts: Facts) throws(Unanswered) -> Bool {
        if case .present = try facts.status(path) { true } else { false }
    }

    private static func refusal(
        _ facts: Facts, _ asked: Case, _ service: String, _ kind: PAMLine.Kind, _ modules: Set<String>, _ overlay: [String: [UInt8]]
    ) throws(Unanswered) -> PAMStack.Refusal? {
        func read(_ path: String) throws(Unanswered) -> [UInt8]? {
            if let contents = overlay[path] { return contents }
            guard case .contents(let bytes) = try facts.file(path) else { return nil }
            return bytes
        }
        let groups: [ForeignText]? = if let user = asked.user { try SSHDGroups.of(user, facts) } else { nil }
        let stack = try PAMStack(service: service, kind) { (path) throws(Unanswered) in try read(path) }
        return try stack.refusal { (line) throws(Unanswered) in
            let name = line.module.split(separator: "/").last.map(String.init) ?? ""
            let file = name.hasSuffix(".so") ? name : "\(name).so"
            if !modules.contains(file) {
                // One at a path of its own is not looked for.
                if line.module.hasPrefix("/") { return .uncertain }
                return .failure("module_unknown", .missingModule(file))
            }
            func value(_ key: String) -> String? {
                line.arguments.first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.utf8.count + 1)) }
            }
            switch file {
            case "pam_deny.so": return .failure(kind == .account ? "acct_expired" : "auth_err", .denies)
            case "pam_access.so":
                let path = value("accessfile") ?? "/etc/security/access.conf"
                guard let bytes = try read(path), value("fieldsep") == nil, value("listsep") == nil else { return .uncertain }
                let address = asked.source ?? SourceAddress.other
                guard let list = PAMList.access(bytes, of: path, user: asked.user, groups: groups, from: address) else { return .success }
                return .failure("perm_denied", .list(list))
            case "pam_listfile.so":
                guard let user = asked.user, value("item") == "user", let path = value("file"), let sense = value("sense") else {
                    return .uncertain
                }
                let list = PAMList.names(try read(path), of: path, user: user, allows: sense == "allow")
                return list.map { .failure("auth_err", .list($0)) } ?? .success
            case "pam_time.so":
                let path = value("conffile") ?? "/etc/security/time.conf"
                guard let user = asked.user, let bytes = try read(path) else { return .uncertain }
                return PAMList.times(bytes, of: path, user: user).map { .failure("perm_denied", .list($0)) } ?? .success
            case "pam_unix.so", "pam_permit.so": return .success
            // What it has counted is another obstacle's; authfail comes after a wrong password alone.
            case "pam_faillock.so" where !line.arguments.contains("authfail"): return .success
            default: return .uncertain
            }
        }
    }

    private static func words(_ refusal: PAMStack.Refusal, _ service: String, _ kind: PAMLine.Kind) -> String {
        let stack = "PAM's \(kind.rawValue) stack of \(service)"
        return switch refusal.reason {
        case .list(let list):
            list.line > 0
                ? "\(stack) refuses by \(ForeignText(list.path).escaped())" : "\(ForeignText(list.path).escaped()) does not list the user"
        case .denies: "\(stack) refuses everybody"
        case .missingModule(let name): "\(stack) needs the module \(ForeignText(name).escaped(limit: 60)), which is not there"
        case .missingFile(let name): "\(stack) includes \(ForeignText(name).escaped(limit: 60)), which is not there"
        case .malformed: "\(stack) has a line that PAM cannot read, and refuses for it"
        case .nothing: "\(stack) has nothing in it that lets anybody in"
        }
    }
}

extension PAMStack.Refusal {
    /// The file that is to become another; what is included and missing is that.
    fileprivate var path: String? {
        if case .missingFile(let name) = reason, !name.hasPrefix("/") { return "/etc/pam.d/\(name)" }
        return line?.path
    }
}
