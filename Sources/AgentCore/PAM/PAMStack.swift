/// The modules that PAM runs for a service, and what comes of them (pam.conf(5); `_pam_dispatch_aux` in libpam).
///
/// What is judged is an ordinary account of this guest: what a module of a site's own would say is taken for no hindrance.
struct PAMStack: Sendable {
    /// Why a stack refuses.
    struct Refusal: Sendable {
        enum Reason: Sendable {
            /// A list that a module reads; the line that decides, 0 where the absence of one does.
            case list(PAMList)
            case denies
            case missingModule(String)
            case missingFile(String)
            case malformed
            /// No module says yes.
            case nothing
        }
        let line: PAMLine?
        let reason: Reason
    }

    /// What a module answers.
    enum Answer {
        case success
        /// A failure by this name.
        case failure(String, Refusal.Reason)
        /// It may say anything.
        case uncertain
    }

    private let handlers: [(line: PAMLine, isBroken: Refusal.Reason?, depth: Int)]

    /// - Parameters:
    ///   - read: a file's contents; nil where there is none.
    /// - Throws: what `read` throws.
    init<Failure: Error>(
        service: String, _ kind: PAMLine.Kind, read: (String) throws(Failure) -> [UInt8]?
    ) throws(Failure) {
        var found: [(line: PAMLine, isBroken: Refusal.Reason?, depth: Int)] = []
        for name in [service, "other"] where found.isEmpty {
            if let file = try Self.file(name, read) { try Self.append(file, kind, nesting: 0, depth: 0, to: &found, read) }
        }
        handlers = found
    }

    private static func file<Failure: Error>(
        _ name: String, _ read: (String) throws(Failure) -> [UInt8]?
    ) throws(Failure) -> (path: String, bytes: [UInt8])? {
        if name.hasPrefix("/") { return try read(name).map { (name, $0) } }
        for folder in ["/etc/pam.d", "/usr/lib/pam.d"] {
            if let bytes = try read("\(folder)/\(name)") { return ("\(folder)/\(name)", bytes) }
        }
        return nil
    }

    private static func append<Failure: Error>(
        _ file: (path: String, bytes: [UInt8]), _ kind: PAMLine.Kind, nesting: Int, depth: Int,
        to found: inout [(line: PAMLine, isBroken: Refusal.Reason?, depth: Int)], _ read: (String) throws(Failure) -> [UInt8]?
    ) throws(Failure) {
        for line in PAMLine.lines(file.bytes, of: file.path) where line.kind == nil || line.kind == kind {
            if found.count > 1000 { return }
            let isSubstack = if case .substack = line.control { true } else { false }
            if case .include = line.control {
            } else if !isSubstack {
                let isBad = if case .bad = line.control { true } else { line.module.isEmpty }
                found.append((line, isBad ? .malformed : nil, depth))
                continue
            }
            guard nesting < 16, let included = try self.file(line.module, read) else {
                found.append((line, .missingFile(line.module), depth))
                continue
            }
            try append(included, kind, nesting: nesting + 1, depth: depth + (isSubstack ? 1 : 0), to: &found, read)
        }
    }

    /// Runs it, with each module's answer.
    ///
    /// - Returns: nil where it says yes.
    func refusal<Failure: Error>(_ ask: (PAMLine) throws(Failure) -> Answer) throws(Failure) -> Refusal? {
        var isPositive = false
        var index = 0
        while index < handlers.count {
            let (line, broken, depth) = handlers[index]
            index += 1
            let answer: Answer = if let broken { .failure("must_fail", broken) } else { try ask(line) }
            switch Self.action(line.control, answer) {
            case "ok": isPositive = true
            case "done":
                isPositive = true
                // A substack ends by itself.
                if depth == 0 { return nil }
                while index < handlers.count, handlers[index].depth >= depth { index += 1 }
            case "bad", "die":
                // The first failure is the stack's, whatever comes later.
                if case .failure(_, let reason) = answer { return Refusal(line: line, reason: reason) }
                return Refusal(line: line, reason: .denies)
            case "reset": isPositive = false
            case let word: index += Int(word) ?? 0
            }
        }
        return isPositive ? nil : Refusal(line: handlers.last?.line, reason: .nothing)
    }

    private static func action(_ control: PAMLine.Control, _ answer: Answer) -> String {
        let actions: [String: String] =
            switch control {
            case .required, .include, .substack, .bad: ["success": "ok", "default": "bad"]
            case .requisite: ["success": "ok", "default": "die"]
            case .sufficient: ["success": "done", "default": "ignore"]
            case .optional: ["success": "ok", "default": "ignore"]
            case .actions(let actions): actions
            }
        switch answer {
        case .success: return actions["success"] ?? actions["default"] ?? "ignore"
        case .failure(let name, _): return actions[name] ?? actions["default"] ?? "ignore"
        case .uncertain:
            // Where only its failure counts, it is taken not to fail; where its success ends the stack, it is taken not to come.
            let success = actions["success"] ?? actions["default"] ?? "ignore"
            return success == "ok" ? "ok" : "ignore"
        }
    }
}
