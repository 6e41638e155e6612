package import AgentCore

/// From a settings file to decoded settings, through the envelope where there is one.
package struct SettingsOpener {
    private let guest: Guest
    private let keys: EnvelopeKeys

    /// - Parameter folders: where the Azure agent keeps certificates and keys.
    package init(_ guest: Guest, certificateFolders folders: [String]) {
        self.guest = guest
        keys = EnvelopeKeys(root: guest.root, folders: folders, own: "\(guest.state)/keys")
    }

    /// - Throws: `Refusal`. For every envelope that cannot be opened it is the same one; the reason goes to the journal alone, and
    ///   not to the console either, which a sender may be able to read.
    package func settings(_ document: SettingsDocument) throws(Refusal) -> Settings {
        guard case .sealed(let sealed) = document.protected else { return try Settings.decode(document) }
        let opened: (settings: JSONObject?, warnings: [String])
        do throws(EnvelopeFault) {
            opened = try open(sealed)
        } catch {
            guest.log.privately("the protected settings cannot be opened: \(error.detail)", priority: 3)
            throw EnvelopeFault.refusal
        }
        return try Settings.decode(
            protected: opened.settings, public: document.publicSettings, warnings: document.warnings + opened.warnings)
    }

    /// What these settings are, to tell them from others: what was in the envelope and the public part, or the text itself.
    ///
    /// - Returns: nil where they cannot be read or opened.
    func identity(_ bytes: Secret) -> [Secret]? {
        guard let document = try? SettingsDocument.read(bytes) else { return nil }
        guard case .sealed(let sealed) = document.protected else { return [bytes] }
        guard let der = Base64.decode(sealed.base64, skippingWhiteSpace: true),
            let plaintext = try? keys.open(der, thumbprint: sealed.thumbprint)
        else { return nil }
        return [Secret(copying: document.scrubbed().compact()), plaintext]
    }

    private func open(_ sealed: SettingsDocument.Sealed) throws(EnvelopeFault) -> (settings: JSONObject?, warnings: [String]) {
        guard let der = Base64.decode(sealed.base64, skippingWhiteSpace: true) else { throw EnvelopeFault("the envelope is not base64") }
        let plaintext = try keys.open(der, thumbprint: sealed.thumbprint)
        do throws(Refusal) {
            return try SettingsDocument.opened(plaintext)
        } catch {
            // Its words are about places and kinds, never about what stands there.
            throw EnvelopeFault("what was in the envelope is of no use: \(error.message)")
        }
    }
}
