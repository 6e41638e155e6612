/// What else lies in `~/.ssh`, and the modes that ssh wants it to have.
package enum KeysFolder {
    /// The mode that a file there is to get; nil where its own will do, or it is none that the user's alone has.
    ///
    /// ssh refuses a private key that others may read (`sshkey_perm_ok` in authfile.c), and a configuration that others may write.
    package static func mode(for file: KeysPathPart, uid: UInt32) -> UInt32? {
        let status = file.entry
        guard status.kind == .file, status.uid == uid, status.links == 1, !file.isFixed else { return nil }
        let name = file.path.bytes.split(separator: UInt8(ascii: "/")).last ?? []
        if name.suffix(4).elementsEqual(".pub".utf8) || name.starts(with: "known_hosts".utf8) {
            return status.mode & 0o022 == 0 ? nil : 0o644
        }
        if name.starts(with: "id_".utf8) { return status.mode & 0o077 == 0 ? nil : 0o600 }
        return status.mode & 0o022 == 0 ? nil : status.mode & 0o755
    }
}
