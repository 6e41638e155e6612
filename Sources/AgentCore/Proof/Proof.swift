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

        package var words: String { "\(origin.rawValue) over \(family == .ipv4 ? "IPv4" : "IPv6") to port \(port)" }
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

    /// What sshd was asked and what it answered, for the status.
    package var message: String {
        let proven = attempts.filter(\.isProven)
        var sentences: [String] = []
        if !proven.isEmpty {
            var words: [String] = []
            for attempt in proven {
                let word = user == nil ? "from \(attempt.route.words)" : "by \(attempt.credential.rawValue) from \(attempt.route.words)"
                if !words.contains(word) { words.append(word) }
            }
            let what = user.map { "sshd let \($0.text) in" } ?? "sshd answered with its own host key"
            sentences.append("\(what) \(words.joined(separator: ", "))")
        }
        for attempt in attempts where !attempt.isProven {
            let what = "by \(attempt.credential.rawValue) from \(attempt.route.words)"
            sentences.append("not proven \(what): \(Proof.reason(attempt))")
        }
        return (sentences + gaps.map { "not proven: \($0)" }).joined(separator: "; ")
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
