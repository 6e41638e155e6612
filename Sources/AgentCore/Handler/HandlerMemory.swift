/// What the handler remembers of the last sequence that it carried out, in the agent's own folder: `mrseq` lies in the extension's
/// folder, which may be lost with its version.
package struct HandlerMemory: Hashable, Sendable {
    package static let version = 1

    package let sequence: Int
    /// Which machine and settings these were, by HMAC: an image that was copied, or a sequence that began anew at the same number,
    /// is no repetition.
    package let mark: String

    package init(sequence: Int, mark: String) {
        self.sequence = sequence
        self.mark = mark
    }

    package var document: JSONOutput {
        .object([("version", .integer(Self.version)), ("sequence", .integer(sequence)), ("mark", .string(mark))])
    }

    /// nil where the file is damaged or another version's: then nothing is remembered.
    package init?(_ text: Secret) {
        guard let object = (try? JSONReader.read(text))?.root.object, object["version"]?.integer == Self.version,
            let sequence = object["sequence"]?.integer, let mark = object["mark"]?.string
        else { return nil }
        self.init(sequence: sequence, mark: String(decoding: mark.foreignText.bytes, as: UTF8.self))
    }
}
