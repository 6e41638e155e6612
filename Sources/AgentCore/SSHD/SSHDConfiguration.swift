/// The whole configuration as sshd reads it: the main file and what it includes, line by line in sshd's order.
///
/// For evidence (which line decides) and for edits. What is in force comes from sshd itself (`EffectiveConfiguration`),
/// and whether sshd accepts it from `sshd -t` (`SSHDMessages`): values are not judged here. The grammar is that of
/// OpenSSH 8.7 and later. Sources: sshd_config(5), `process_server_config_line_depth` in servconf.c.
package struct SSHDConfiguration: Sendable {
    /// Every file read, once each, the main file first. An `Include` that nothing matches leaves no trace.
    package let files: [SSHDFile]
    /// Every line but `Match` and `Include`, in the order in which sshd meets it: as often as its file is included.
    package let directives: [Directive]
    /// What sshd refuses whatever the values; also where reading had to end.
    package let complaints: [Complaint]
    let scopes: [Scope]

    /// A file and its bytes, as the caller's `expand` returns them.
    package typealias Source = (path: ForeignText, bytes: [UInt8])

    /// One line in force, or that would be if its `Match` blocks hold.
    package struct Directive: Hashable, Sendable {
        /// The file's path; `commandLine` for an option of the service's own arguments.
        package let path: ForeignText
        /// As sshd counts, from 1; 0 on the command line.
        package let line: Int
        /// The bytes of the line in its file.
        package let range: Range<Int>
        /// Lower case, as written otherwise.
        package let keyword: ForeignText
        /// See `SSHDFile.Statement.arguments`.
        package let arguments: [ForeignText]
        /// The keyword under sshd's own name for it.
        let name: SSHDKeyword
        /// The block it stands in, in `scopes`; nil where none.
        let scope: Int?
    }

    /// A `Match` block, and the block whose `Include` brought its file.
    struct Scope: Sendable {
        let path: ForeignText
        let line: Int
        let match: SSHDMatch
        let outer: Int?
    }

    /// A line that sshd refuses.
    package struct Complaint: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case flaw(SSHDFile.Flaw)
            /// No version of sshd reads these criteria.
            case badMatch
            /// An `Include` without a pattern.
            case noPattern
            /// Includes nest deeper than sshd's 16; nothing behind this line was read.
            case tooDeep
            /// More than 4096 inclusions, or 64 MiB; nothing behind this line was read.
            case tooMuch
        }
        package let path: ForeignText
        package let line: Int
        package let kind: Kind
    }

    /// How sshd names its own arguments in messages.
    package static let commandLine = ForeignText("command-line")

    /// Where relative patterns of `Include` begin (`SSHDIR`).
    package static let directory = "/etc/ssh/"

    /// Whether all of it was read.
    package var isComplete: Bool {
        !complaints.contains { $0.kind == .tooDeep || $0.kind == .tooMuch }
    }

    /// The file at `path`, if the configuration includes it.
    package func file(_ path: ForeignText) -> SSHDFile? {
        files.first { $0.path == path }
    }

    /// The `Match` lines that must all hold for `directive`, the outermost first.
    package func blocks(around directive: Directive) -> [(path: ForeignText, line: Int, match: SSHDMatch)] {
        var found: [(path: ForeignText, line: Int, match: SSHDMatch)] = []
        var scope = directive.scope
        while let index = scope {
            let block = scopes[index]
            found.append((block.path, block.line, block.match))
            scope = block.outer
        }
        return found.reversed()
    }

    /// Reads the main file and what it includes.
    ///
    /// - Parameters:
    ///   - options: the `-o` options of the service, `keyword=value` each, which sshd reads before any file.
    ///   - expand: the files that a pattern of `Include` stands for, in any order; absolute, as glob(3) without flags
    ///     takes it. Called once for each pattern.
    /// - Throws: what `expand` throws; sshd does not start either where it cannot read an included file.
    package static func read<Failure: Error>(
        main: Source, options: [ForeignText] = [], expand: (ForeignText) throws(Failure) -> [Source]
    ) throws(Failure) -> SSHDConfiguration {
        var reader = SSHDConfigurationReader()
        reader.take(options: options)
        try reader.take(main: main, expand)
        return SSHDConfiguration(
            files: reader.files, directives: reader.directives, complaints: reader.complaints, scopes: reader.scopes)
    }
}
