/// Follows `Include` and `Match` through the files, in sshd's order.
struct SSHDConfigurationReader {
    private(set) var files: [SSHDFile] = []
    private(set) var directives: [SSHDConfiguration.Directive] = []
    private(set) var complaints: [SSHDConfiguration.Complaint] = []
    private(set) var scopes: [SSHDConfiguration.Scope] = []

    /// The files of each pattern met: sshd globs a pattern once too.
    private var expanded: [ForeignText: [Int]] = [:]
    private var indexes: [ForeignText: Int] = [:]
    private var inclusions = 0
    private var volume = 0

    /// `SERVCONF_MAX_DEPTH`.
    private static let depthLimit = 16
    private static let inclusionLimit = 4096
    private static let volumeLimit = 64 << 20

    /// Reading has ended: sshd gives up at once where includes nest too deep.
    private struct Ended: Error {}

    mutating func take(options: [ForeignText]) {
        for option in options {
            // sshd reads an option as one line; what hides behind a newline is no second one.
            let file = SSHDFile(path: SSHDConfiguration.commandLine, bytes: option.bytes)
            guard let statement = file.statements.first, statement.flaw == nil, statement.match == nil else { continue }
            append(statement, in: file.path, line: 0, scope: nil)
        }
    }

    mutating func take<Failure: Error>(
        main: SSHDConfiguration.Source, _ expand: (ForeignText) throws(Failure) -> [SSHDConfiguration.Source]
    ) throws(Failure) {
        _ = try walk(index(of: main), scope: nil, depth: 0, expand)
    }

    /// One file. The `Match` blocks of an included file end with it, and hold only where the one around it does.
    ///
    /// - Returns: false where reading has ended.
    private mutating func walk<Failure: Error>(
        _ file: Int, scope outer: Int?, depth: Int,
        _ expand: (ForeignText) throws(Failure) -> [SSHDConfiguration.Source]
    ) throws(Failure) -> Bool {
        let path = files[file].path
        var scope = outer
        for statement in files[file].statements {
            let keyword = SSHDKeyword(statement.keyword)
            if let flaw = statement.flaw {
                complain(path, statement.line, .flaw(flaw))
            } else if let match = statement.match {
                if match.readings.isEmpty { complain(path, statement.line, .badMatch) }
                scopes.append(.init(path: path, line: statement.line, match: match, outer: outer))
                scope = scopes.count - 1
            } else if keyword == .include {
                if statement.arguments.isEmpty { complain(path, statement.line, .noPattern) }
                for pattern in statement.arguments {
                    for included in try files(of: pattern, expand) {
                        if let end = limit(depth: depth + 1, file: included) {
                            complain(path, statement.line, end)
                            return false
                        }
                        guard try walk(included, scope: scope, depth: depth + 1, expand) else { return false }
                    }
                }
            } else {
                append(statement, in: path, line: statement.line, scope: scope)
            }
        }
        return true
    }

    /// Counts one more inclusion; why it is one too many, if it is.
    private mutating func limit(depth: Int, file: Int) -> SSHDConfiguration.Complaint.Kind? {
        inclusions += 1
        volume += files[file].bytes.count
        if depth > Self.depthLimit { return .tooDeep }
        return inclusions > Self.inclusionLimit || volume > Self.volumeLimit ? .tooMuch : nil
    }

    /// The files of one pattern, sorted by bytes as glob(3) sorts in the C locale, which sshd never leaves.
    private mutating func files<Failure: Error>(
        of written: ForeignText, _ expand: (ForeignText) throws(Failure) -> [SSHDConfiguration.Source]
    ) throws(Failure) -> [Int] {
        // sshd leaves a `~` alone, and then looks for a directory of that name: nobody has it.
        guard let first = written.bytes.first, first != UInt8(ascii: "~") else { return [] }
        let isAbsolute = first == UInt8(ascii: "/")
        let pattern = isAbsolute ? written : ForeignText(Array(SSHDConfiguration.directory.utf8) + written.bytes)
        if let known = expanded[pattern] { return known }
        let sources = try expand(pattern).sorted { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }
        let found = sources.map { index(of: $0) }
        expanded[pattern] = found
        return found
    }

    private mutating func index(of source: SSHDConfiguration.Source) -> Int {
        if let known = indexes[source.path] { return known }
        files.append(SSHDFile(path: source.path, bytes: source.bytes))
        indexes[source.path] = files.count - 1
        return files.count - 1
    }

    private mutating func append(_ statement: SSHDFile.Statement, in path: ForeignText, line: Int, scope: Int?) {
        directives.append(
            .init(
                path: path, line: line, range: statement.range, keyword: statement.keyword,
                arguments: statement.arguments, name: SSHDKeyword(statement.keyword), scope: scope))
    }

    private mutating func complain(_ path: ForeignText, _ line: Int, _ kind: SSHDConfiguration.Complaint.Kind) {
        // A file of nothing but flaws must not double the memory it takes.
        if complaints.count < 1000 || kind == .tooDeep || kind == .tooMuch {
            complaints.append(.init(path: path, line: line, kind: kind))
        }
    }
}
