/// Which paths are fit to be one person's home.
package enum HomePath {
    /// Below these everything is the system's.
    private static let system: Set<String> = [
        "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "lost+found", "proc", "run", "sbin", "sys", "usr",
    ]
    /// These themselves are nobody's, what lies in them may be somebody's.
    private static let common: Set<String> = ["home", "media", "mnt", "opt", "root", "snap", "srv", "tmp", "var", "nonexistent"]

    /// Whether it may be given to one user, or removed with them: absolute, without `..`, and neither the system's nor common to all.
    package static func isPersonal(_ path: ForeignText) -> Bool {
        guard path.bytes.first == UInt8(ascii: "/") else { return false }
        let parts = path.bytes.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
        guard let first = parts.first, !parts.contains(".."), !parts.contains("."), !system.contains(first), first != "root" else {
            return false
        }
        if parts.count == 1 { return !common.contains(first) }
        // /var/lib, /var/mail and their like are shared; what is below them may be somebody's.
        return first != "var" || parts.count > 2
    }

    /// Names of `entries`, other than `name`, whose home is `path` or lies in it.
    package static func others(sharing path: ForeignText, with name: UserName, among entries: [PasswdEntry]) -> [ForeignText] {
        let own = parts(path)
        return entries.filter { $0.name.bytes != name.bytes && parts($0.home).starts(with: own) && !$0.home.isEmpty }.map(\.name)
    }

    private static func parts(_ path: ForeignText) -> [ArraySlice<UInt8>] {
        path.bytes.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
    }
}
