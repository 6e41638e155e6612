/// What a run was asked, as far as it was understood; never a secret.
package struct Asked: Hashable, Sendable {
    /// In a few words; nil where the settings were refused before they were understood.
    package var words: String?
    /// Who can be expected to log in afterwards.
    package var user: UserName?
    package var nonce: Nonce?

    package init(words: String? = nil, user: UserName? = nil, nonce: Nonce? = nil) {
        self.words = words
        self.user = user
        self.nonce = nonce
    }

    package init(_ request: Request, nonce: Nonce?) {
        self.init(words: Self.words(request), user: request.subject, nonce: nonce)
    }

    private static func words(_ request: Request) -> String {
        var parts: [String] = []
        if let user = request.user {
            var things: [String] = []
            if user.password != nil { things.append("a password") }
            if !user.keys.isEmpty { things.append(user.keys.count == 1 ? "a key" : "\(user.keys.count) keys") }
            if user.replacesKeys { things.append("no other keys") }
            if let expiration = user.expiration { things.append("an account until \(expiration.text)") }
            if user.passwordlessSudo { things.append("sudo without a password") }
            parts.append("get \(user.name.text) in" + (things.isEmpty ? "" : " with \(things.joined(separator: ", "))"))
        }
        if let removal = request.removal { parts.append("remove the user \(removal.text)") }
        if request.resetSSH { parts.append("reset SSH") }
        if request.restoresBackup { parts.append("restore the saved configuration of SSH") }
        switch request.disk {
        case .check: parts.append("check the disks")
        case .repair(let name): parts.append("repair the disk \(name.text)")
        case nil: break
        }
        return parts.joined(separator: "; ")
    }
}
