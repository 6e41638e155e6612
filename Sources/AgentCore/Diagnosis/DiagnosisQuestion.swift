/// What `diagnose` and `repair` are asked about.
package struct DiagnosisQuestion: Hashable, Sendable {
    /// nil: the service, for all.
    package let user: UserName?
    /// Where the user comes from; nil: an address that no rule of a site's means.
    package let source: String?

    package init(user: UserName? = nil, source: String? = nil) {
        self.user = user
        self.source = source
    }

    /// - Throws: for what is no user's name or no numeric address.
    package init(user: String?, from source: String?) throws(UsageError) {
        do throws(Refusal) {
            self.user = if let user { try UserName(ForeignText(user)) } else { nil }
        } catch {
            throw UsageError(message: "--user: \(error.message)")
        }
        if let source, SSHDAddress(Array(source.utf8)) == nil || source.utf8.count > 64 {
            throw UsageError(
                message: "--from \(ForeignText(source).quoted()) is no IP address; give one such as 198.51.100.7 or 2001:db8::7")
        }
        self.source = source
    }
}
