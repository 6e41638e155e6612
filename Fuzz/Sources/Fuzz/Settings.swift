import AgentCore

/// Settings, from bytes to a request. What is refused is refused in words that can be shown; what is left of the file holds none of it.
func checkSettings(_ bytes: [UInt8]) {
    do throws(Refusal) {
        let document = try SettingsDocument.read(Secret(copying: bytes))
        checkScrubbed(document)
        for warning in document.warnings { requireShowable(warning) }
        let settings = try Settings.decode(document)
        for warning in settings.warnings { requireShowable(warning) }
        checkRequest(try Request(settings))
    } catch {
        requireShowable(error.message)
    }
    if let signature = try? SettingsSignature.read(Secret(copying: bytes)) {
        let again = try? SettingsSignature.read(
            Secret(copying: JSONOutput.object([(SettingsSignature.name, signature.document)]).compact()))
        require(again == signature, "a signature reads as it was written")
    }
}

/// A request says one thing, and nothing that the guest's files or programs could take for another.
private func checkRequest(_ request: Request) {
    for warning in request.warnings { requireShowable(warning) }
    require(request.removal == nil || (request.user == nil && !request.resetSSH), "a removal is a removal alone")
    for name in [request.user?.name, request.subject, request.removal].compactMap({ $0 }) {
        require((1...UserName.longest).contains(name.bytes.count), "a name of a length that utmp takes")
        let isPlain = name.bytes.allSatisfy { !$0.isMultiple(of: 0x80) && $0 > 0x20 && !":/\\\"'@,!#%*?=".utf8.contains($0) && $0 < 0x7f }
        require(isPlain && name.bytes[0] != UInt8(ascii: "-"), "a name without signs that mean something elsewhere")
        require(!name.text.utf8.elementsEqual("root".utf8), "never root")
    }
    guard let user = request.user else { return }
    if let password = user.password {
        require((0..<password.count).allSatisfy { password[$0] != 0 && password[$0] != 0x0a }, "a password is one line")
    }
    for case .line(let line) in user.keys { checkLine(line) }
}

/// In the overwritten file stands nothing but what is known: our own word, and what was said of the disk.
private func checkScrubbed(_ document: SettingsDocument) {
    let text = document.scrubbed().compact()
    guard let root = (try? JSONReader.read(Secret(copying: text)))?.root.object else {
        require(false, "the overwritten file is JSON")
        return
    }
    var settings = root
    if let handler = root["runtimeSettings"]?.array?.first?.object?["handlerSettings"]?.object { settings = handler }
    for member in settings.members {
        switch member.value {
        case .null: continue
        case .string(let word): require(word.spells(SettingsDocument.redacted), "only our own word")
        case .object(let disk):
            let names = ["check_disk", "repair_disk", "disk_name"]
            require(disk.members.allSatisfy { member in names.contains(where: member.key.spells) }, "only the disk's settings")
        default: require(false, "nothing else")
        }
    }
}
