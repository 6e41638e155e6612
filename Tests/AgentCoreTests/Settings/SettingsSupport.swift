import AgentCore
import Testing

/// An Ed25519 key made for these tests with `ssh-keygen -t ed25519`; its private half was thrown away.
let someKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMg3YG24wOxKpB/TnJaojUmzodljZVfDSwPLATqqOg0T ed25519@fixture"

func secret(_ text: String) -> Secret {
    Secret(copying: Array(text.utf8))
}

func document(_ text: String) throws(Refusal) -> SettingsDocument {
    try SettingsDocument.read(secret(text))
}

/// The settings of a text that has no envelope.
func settings(_ text: String) throws(Refusal) -> Settings {
    try Settings.decode(document(text))
}

func request(_ text: String) throws(Refusal) -> Request {
    try Request(settings: secret(text))
}

/// The refusal of a text; records an issue if it is accepted.
func refusal(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> Refusal {
    do {
        _ = try request(text)
    } catch {
        return error
    }
    Issue.record("accepted: \(text)", sourceLocation: sourceLocation)
    return Refusal(reason: "", message: "")
}

/// A name that is known to be one.
func user(_ name: String) throws(Refusal) -> UserName {
    try UserName(ForeignText(name))
}
