/// What was asked of sshd, from where, and what it answered.
package struct Proof: Sendable {
    /// How a connection was made.
    package struct Route: Hashable, Sendable {
        package enum Origin: String, Sendable {
            case loopback = "the loopback"
            /// Through the input and output hooks, as other machines come.
            case network = "another network namespace"
        }
        package let origin: Origin
        package let family: Listener.Family
        package let address: String
        package let port: UInt16

        package init(origin: Origin, family: Listener.Family, address: String, port: UInt16) {
            self.origin = origin
            self.family = family
            self.address = address
            self.port = port
        }
    }

    package enum Credential: String, Sendable {
        case key
        case password
        /// None: only whether sshd answers.
        case connection
    }

    package struct Attempt: Sendable {
        package let route: Route
        package let credential: Credential
        package let result: SSHTranscript.Result
        /// Of the keys asked about, those that sshd did not accept, by fingerprint or number.
        package let refusedKeys: [String]

        package init(route: Route, credential: Credential, result: SSHTranscript.Result, refusedKeys: [String]) {
            self.route = route
            self.credential = credential
            self.result = result
            self.refusedKeys = refusedKeys
        }

        var isProven: Bool { result == (credential == .connection ? .served : .loggedIn) && refusedKeys.isEmpty }
    }

    /// nil where nobody was to log in.
    package let user: UserName?
    package let attempts: [Attempt]
    /// What could not be asked, each in a sentence: nothing was proven about it.
    package let gaps: [String]

    package init(user: UserName?, attempts: [Attempt], gaps: [String]) {
        self.user = user
        self.attempts = attempts
        self.gaps = gaps
    }

    /// Proven only when every attempt logged in, at least one of them as other machines come, and nothing was left out.
    package var isProven: Bool {
        gaps.isEmpty && attempts.allSatisfy(\.isProven) && attempts.contains { $0.route.origin == .network }
    }

    /// The proof in one sentence: who got in by what. Only for a proof that is one.
    package var summary: String {
        guard let user else { return "sshd answers with its own host key, also to other machines" }
        return "sshd let \(user.text) in by \(credentials(attempts).map(\.rawValue).joined(separator: " and by "))"
    }

    /// What sshd was asked and what it answered, for the status.
    package var message: String {
        let refusals = attempts.filter { !$0.isProven }.map { attempt in
            let how = attempt.credential == .connection ? "" : "by \(attempt.credential.rawValue) "
            return "not proven \(how)from \(Proof.places([attempt])): \(Proof.reason(attempt))"
        }
        return (answers + refusals + gaps.map { "not proven: \($0)" }).joined(separator: "; ")
    }

    /// What was proven, in a sentence for each way that differs.
    private var answers: [String] {
        let proven = attempts.filter(\.isProven)
        if proven.isEmpty { return [] }
        guard let user else { return ["sshd answered with its own host key from \(Proof.places(proven))"] }
        // Credentials that came to the same are told together.
        let ways = credentials(proven).map { credential in (credential, Proof.places(proven.filter { $0.credential == credential })) }
        if let first = ways.first, ways.allSatisfy({ $0.1 == first.1 }) {
            return ["sshd let \(user.text) in by \(ways.map(\.0.rawValue).joined(separator: " and by ")) from \(first.1)"]
        }
        return ways.map { "sshd let \(user.text) in by \($0.0.rawValue) from \($0.1)" }
    }

    private func credentials(_ attempts: [Attempt]) -> [Credential] {
        [.key, .password].filter { credential in attempts.contains { $0.credential == credential } }
    }

    /// "the loopback (IPv4) and another network namespace (IPv4, IPv6), port 22".
    private static func places(_ attempts: [Attempt]) -> String {
        let origins: [Route.Origin] = [.loopback, .network]
        let places = origins.compactMap { origin -> String? in
            var families: [String] = []
            for attempt in attempts where attempt.route.origin == origin {
                let word = attempt.route.family == .ipv4 ? "IPv4" : "IPv6"
                if !families.contains(word) { families.append(word) }
            }
            return families.isEmpty ? nil : "\(origin.rawValue) (\(families.joined(separator: ", ")))"
        }
        var ports: [String] = []
        for port in attempts.map({ String($0.route.port) }) where !ports.contains(port) { ports.append(port) }
        return "\(places.joined(separator: " and ")), port \(ports.joined(separator: ", "))"
    }

    private static func reason(_ attempt: Attempt) -> String {
        switch attempt.result {
        case .served: "sshd answered"
        case .loggedIn: "sshd does not accept the key \(attempt.refusedKeys.joined(separator: ", "))"
        case .noSession(let words): "sshd accepted it but gave no session: \(words)"
        case .refused(let words): "sshd refused it: \(words)"
        case .unreachable(let words): "sshd could not be reached: \(words)"
        case .stranger(let words): "what answers there is not this machine's sshd: \(words)"
        }
    }

    /// Reached on the loopback but not from elsewhere: something between filters it.
    package var isFiltered: Bool {
        let reached = attempts.filter { $0.route.origin == .loopback }.contains { !$0.isUnreachable }
        return reached && attempts.contains { $0.route.origin == .network && $0.isUnreachable }
    }
}

extension Proof.Attempt {
    var isUnreachable: Bool {
        if case .unreachable = result { true } else { false }
    }
}
