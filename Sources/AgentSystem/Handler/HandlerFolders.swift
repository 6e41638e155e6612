internal import AgentCore
internal import Glibc

/// What the Azure agent hands to a handler, beside its files: the folder that it is run in, and three variables.
package struct HandlerContext: Sendable {
    /// The extension's own folder, `<lib>/<Publisher>.<Type>-<version>`.
    package let folder: String
    /// `ConfigSequenceNumber`, which older agents do not set.
    package let sequence: String?
    /// `AZURE_GUEST_AGENT_UPDATING_FROM_VERSION`, set for `update`.
    package let updatingFrom: String?

    package init(folder: String, sequence: String?, updatingFrom: String?) {
        self.folder = folder
        self.sequence = sequence
        self.updatingFrom = updatingFrom
    }

    /// The Azure agent's folder, which holds the certificates too.
    var library: String { folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "/" }

    /// The folder of the version that is updated from; nil where there is no such thing.
    var previousFolder: String? {
        guard let version = updatingFrom, !version.isEmpty, let dash = folder.lastIndex(of: "-"),
            version.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        return "\(folder[..<dash])-\(version)"
    }
}

/// The files that the Azure agent and the handler share.
struct HandlerFolders {
    private let root: Root
    private let context: HandlerContext
    let environment: HandlerEnvironment

    /// - Throws: `Refusal` or `Fault` where `HandlerEnvironment.json` cannot be used.
    init(_ context: HandlerContext, _ root: Root) throws {
        self.root = root
        self.context = context
        let path = "\(context.folder)/HandlerEnvironment.json"
        guard let text = try root.readSecret(path) else {
            throw Fault("read \(path)", cause: "it is not there; this verb is for the Azure agent, which writes that file")
        }
        environment = try HandlerEnvironment(text)
    }

    /// The sequence to carry out: what the Azure agent says, else the highest that has settings.
    func sequence() throws(Fault) -> Int {
        if let said = context.sequence, !said.isEmpty {
            guard let number = HandlerSequence.number(said.utf8) else {
                throw Fault("tell which settings are meant", cause: "ConfigSequenceNumber is no number")
            }
            return number
        }
        guard let highest = HandlerSequence.highest(among: try root.names(in: environment.configFolder)) else {
            throw Fault("find settings", cause: "there is no N.settings in \(environment.configFolder)")
        }
        return highest
    }

    func settingsPath(_ sequence: Int) -> String { "\(environment.configFolder)/\(sequence).settings" }
    func statusPath(_ sequence: Int) -> String { "\(environment.statusFolder)/\(sequence).status" }

    func settings(_ sequence: Int) throws(Fault) -> Secret {
        let path = settingsPath(sequence)
        guard let text = try root.readSecret(path) else { throw Fault("read \(path)", cause: "there is no such file") }
        return text
    }

    func writeStatus(_ report: Report, _ sequence: Int, _ clock: Clock) throws(Fault) {
        try writeStatus(AzureStatus.document(report, timestamp: clock.timestamp).compact(), sequence)
    }

    func writeStatus(_ bytes: [UInt8], _ sequence: Int) throws(Fault) {
        try root.makeDirectory(environment.statusFolder, mode: 0o700)
        try root.replace(statusPath(sequence), with: bytes, Root.Attributes(mode: 0o600))
    }

    /// Whether the status of this sequence has its last word.
    func hasFinalStatus(_ sequence: Int) -> Bool {
        guard let text = try? root.readSecret(statusPath(sequence)), let document = try? JSONReader.read(text),
            let status = document.root.array?.first?.object?["status"]?.object?["status"]?.string
        else { return false }
        return !status.spells(Report.Verdict.transitioning.rawValue)
    }

    // MARK: the last sequence that was carried out

    func lastSequence() -> Int? { Self.lastSequence(in: context.folder, root) }

    static func lastSequence(in folder: String, _ root: Root) -> Int? {
        (try? root.read("\(folder)/mrseq", limit: 64)).flatMap { $0.map(HandlerSequence.number) ?? nil }
    }

    func writeLastSequence(_ sequence: Int) throws(Fault) { try Self.write(sequence, in: context.folder, root) }

    static func write(_ sequence: Int, in folder: String, _ root: Root) throws(Fault) {
        try root.replace("\(folder)/mrseq", with: Array("\(sequence)".utf8), Root.Attributes(mode: 0o600))
    }
}
