internal import AgentCore
internal import CLinux

/// What this site demands of dropped settings, by `/etc/vmaccess-agent.conf`: sealed for this machine, or signed as well by a key in
/// `/etc/vmaccess-agent/trusted/`.
struct DropPolicy {
    private let guest: Guest
    static let trustedFolder = "/etc/vmaccess-agent/trusted"
    private var sequencePath: String { "\(guest.state)/keys/signed.sequence" }

    private let demands: Configuration
    /// Whence the demand is, if not the site's.
    private let reason: String?

    /// - Parameter isConfidential: whether what the host hands over is a stranger's.
    init(_ guest: Guest, _ site: Configuration, _ way: WayIn, isConfidential: Bool = vma_is_confidential() != 0) {
        self.guest = guest
        var demands = site
        switch way {
        // Whoever can attach a disk is not therefore the owner.
        case .disk: reason = "of what comes on a disk"
        case .credential where isConfidential: reason = "a confidential one, of what its host hands over"
        case .credential, .drops, .handler: reason = nil
        }
        if reason != nil { demands.requiresSigned = true }
        self.demands = demands
    }

    /// - Returns: the sequence to remember once the settings were carried out; nil where none is demanded.
    /// - Throws: `Refusal`, saying which demand is not met; `Fault`.
    func judge(_ settings: Secret) throws -> Int? {
        guard demands.requiresSealed || demands.requiresSigned else { return nil }
        let document = try SettingsDocument.read(settings)
        guard case .sealed(let sealed) = document.protected else {
            throw refusal("unsealed", "takes sealed settings only: make them with 'vmaccess-agent seal'")
        }
        if let part = document.publicSettings, !(try Settings.decode(protected: nil, public: part).publicUserKeys.isEmpty) {
            throw refusal("public-settings", "takes no user's settings in public: seal them with the rest")
        }
        guard demands.requiresSigned else { return nil }
        guard document.publicSettings?.members.isEmpty ?? true else {
            throw refusal("public-settings", "takes signed settings only, and no signature covers public ones: seal them with the rest")
        }
        return try judge(SettingsSignature.read(settings), sealed)
    }

    private func judge(_ signature: SettingsSignature?, _ sealed: SettingsDocument.Sealed) throws -> Int {
        guard let signature else { throw refusal("unsigned", "takes signed settings only: make them with 'vmaccess-agent seal --sign'") }
        guard signature.identity == (try MachineKeys(guest).identity()) else {
            throw refusal("foreign", "is not the one that these settings were signed for")
        }
        if let last = try lastSequence(), signature.sequence <= last {
            throw refusal("replayed", "has carried out these settings, or later ones, before: sign them anew")
        }
        guard let envelope = Base64.decode(sealed.base64, skippingWhiteSpace: true) else { throw EnvelopeFault.refusal }
        let payload = SettingsSignature.payload(identity: signature.identity, sequence: signature.sequence, envelope: envelope)
        guard try isTrusted(signature.value, payload) else {
            throw refusal("untrusted", "trusts nobody who signed these settings: no key in \(Self.trustedFolder) fits the signature")
        }
        return signature.sequence
    }

    private func isTrusted(_ value: [UInt8], _ payload: [UInt8]) throws -> Bool {
        for name in try guest.root.names(in: Self.trustedFolder) where name.bytes.first != UInt8(ascii: ".") {
            let path = "\(Self.trustedFolder)/\(text(name))"
            guard let pem = try guest.root.readSecret(path) else { continue }
            do throws(EnvelopeFault) {
                if try Signatures.verify(value, payload, by: pem, naming: path) { return true }
            } catch {
                guest.log.privately("a trusted key is of no use: \(error.detail)", priority: 4)
            }
        }
        return false
    }

    private func lastSequence() throws(Fault) -> Int? {
        guard let text = try guest.root.readSecret(sequencePath) else { return nil }
        guard let number = (try? JSONReader.read(text))?.root.integer else {
            throw Fault("read \(sequencePath)", cause: "it is damaged, so that replays cannot be told; write 1 into it to begin anew")
        }
        return number
    }

    /// After the work, so that a crash repeats the file and loses none.
    func remember(_ sequence: Int) {
        do throws(Fault) {
            try guest.root.replace(sequencePath, with: Array("\(sequence)\n".utf8), Root.Attributes(mode: 0o600))
        } catch {
            guest.log.event("these signed settings could be dropped again: \(error.message)", priority: 3)
        }
    }

    private func refusal(_ code: String, _ words: String) -> Refusal {
        reason.map { Refusal(reason: code, message: "this machine (\($0)) \(words)") } ?? Configuration.refusal(code, words)
    }
}
