/// Patterns and lists of patterns as sshd compares them: match.c and PATTERNS in ssh_config(5).
package enum SSHDPattern {
    /// What a list says about a text.
    package enum ListAnswer: Hashable, Sendable {
        /// A pattern matches, and no negated one does.
        case match
        /// A pattern with `!` matches: that outvotes every other.
        case negated
        case none
    }

    /// What a list that may hold networks says about an address.
    enum AddressAnswer: Hashable {
        case match, negated, none
        /// An empty entry, or a network with host bits: sshd refuses the list.
        case invalid
    }

    private static let star = UInt8(ascii: "*")
    private static let any = UInt8(ascii: "?")
    private static let bang = UInt8(ascii: "!")
    private static let comma = UInt8(ascii: ",")

    /// Whether `text` is `pattern`, where `*` stands for any bytes and `?` for one (`match_pattern`). Case counts.
    ///
    /// Remembers only the last `*`, so that no pattern takes longer than the product of both lengths.
    package static func matches(_ text: some Collection<UInt8>, _ pattern: some Collection<UInt8>) -> Bool {
        let text = Array(text)
        let pattern = Array(pattern)
        var position = 0
        var index = 0
        var retry: (position: Int, index: Int)?
        while position < text.count {
            if index < pattern.count, pattern[index] == star {
                index += 1
                retry = (position, index)
            } else if index < pattern.count, pattern[index] == any || pattern[index] == text[position] {
                position += 1
                index += 1
            } else if let last = retry {
                position = last.position + 1
                index = last.index
                retry = (position, index)
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == star }
    }

    /// What a comma-separated list of patterns says about `text` (`match_pattern_list`).
    ///
    /// - Parameter foldingCase: the list's letters are made lower case, as sshd does with host names.
    package static func list(
        _ text: some Collection<UInt8>, _ list: ForeignText, foldingCase: Bool = false
    ) -> ListAnswer {
        var answer = ListAnswer.none
        for entry in entries(of: list) {
            // sshd copies an entry into 1024 bytes and gives up on the whole list where it does not fit.
            guard entry.pattern.count < 1023 else { return .none }
            let pattern = foldingCase ? SSHDLexer.lowercased(entry.pattern) : Array(entry.pattern)
            guard matches(text, pattern) else { continue }
            if entry.isNegated { return .negated }
            answer = .match
        }
        return answer
    }

    /// What a list says about a host name, whose case does not count (`match_hostname`).
    package static func hostList(_ host: ForeignText, _ list: ForeignText) -> ListAnswer {
        self.list(SSHDLexer.lowercased(host.bytes), list, foldingCase: true)
    }

    /// What a list of addresses, networks and wildcards says about an address (`addr_match_list` in addrmatch.c).
    static func addressList(_ address: ForeignText, _ list: ForeignText) -> AddressAnswer {
        let parsed = SSHDAddress(address.bytes)
        var answer = AddressAnswer.none
        for entry in list.bytes.split(separator: comma, omittingEmptySubsequences: false) {
            let isNegated = entry.first == bang
            let pattern = isNegated ? entry.dropFirst() : entry
            if pattern.isEmpty { return .invalid }
            let isHit: Bool
            switch SSHDNetwork.parse(pattern) {
            case .invalid: return .invalid
            case .network(let network): isHit = parsed.map(network.contains) ?? false
            case .pattern: isHit = parsed != nil && matches(address.bytes, pattern)
            }
            guard isHit else { continue }
            if isNegated { return .negated }
            answer = .match
        }
        return answer
    }

    /// Whether a list names anything by `!`.
    static func hasNegation(_ list: ForeignText) -> Bool {
        entries(of: list).contains { $0.isNegated }
    }

    /// The entries of a list. As in sshd, an empty one between two commas counts, and one behind the last does not.
    private static func entries(of list: ForeignText) -> [(isNegated: Bool, pattern: ArraySlice<UInt8>)] {
        var parts = list.bytes.split(separator: comma, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts.map { $0.first == bang ? (true, $0.dropFirst()) : (false, $0) }
    }
}
