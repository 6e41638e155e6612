/// `HandlerEnvironment.json`: where the Azure agent keeps a handler's files.
///
/// A list of one (an object alone is accepted: some agents write that); `handlerEnvironment` with the folders. All of them are
/// absolute paths.
package struct HandlerEnvironment: Hashable, Sendable {
    package let logFolder: String
    package let configFolder: String
    package let statusFolder: String

    /// - Throws: `Refusal`, naming what is missing.
    package init(_ text: Secret) throws(Refusal) {
        let document: JSONDocument
        do throws(JSONFault) {
            document = try JSONReader.read(text)
        } catch {
            throw .environment("is not JSON: \(error.message)")
        }
        let entry = document.root.array?.first ?? document.root
        guard let folders = entry.object?.present("handlerEnvironment")?.object else {
            throw .environment("has no \"handlerEnvironment\"")
        }
        logFolder = try Self.folder("logFolder", folders)
        configFolder = try Self.folder("configFolder", folders)
        statusFolder = try Self.folder("statusFolder", folders)
    }

    private static func folder(_ name: String, _ folders: JSONObject) throws(Refusal) -> String {
        guard var path = folders.present(name)?.string?.foreignText.bytes else { throw .environment("names no \"\(name)\"") }
        while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
        // A path as the kernel takes it, that also can be shown as it is.
        guard path.first == UInt8(ascii: "/"), path.count <= 1024, path.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            throw .environment("has a \"\(name)\" that is no absolute path")
        }
        return String(decoding: path, as: UTF8.self)
    }
}

extension Refusal {
    fileprivate static func environment(_ what: String) -> Refusal {
        Refusal(reason: "bad-environment", message: "HandlerEnvironment.json \(what); was the extension installed by the Azure agent?")
    }
}
