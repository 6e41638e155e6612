/// The number of the settings that the handler is asked to carry out: `N` of `config/N.settings` and `status/N.status`.
package enum HandlerSequence {
    /// What `ConfigSequenceNumber` or `mrseq` says; nil for what is no number. Blanks and line ends around it do not count.
    package static func number(_ text: some Sequence<UInt8>) -> Int? {
        let trimmed = text.filter { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d && $0 != 0x09 }
        guard !trimmed.isEmpty, trimmed.count <= 9 else { return nil }
        var value = 0
        for byte in trimmed {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// The highest `N` of files called `N.settings`. Names of other forms (`HandlerState`, `01.settings`) are passed over.
    package static func highest(among names: some Sequence<ForeignText>) -> Int? {
        let suffix = Array(".settings".utf8)
        return names.compactMap { name -> Int? in
            guard name.bytes.suffix(suffix.count).elementsEqual(suffix) else { return nil }
            let stem = name.bytes.dropLast(suffix.count)
            guard let value = number(stem), Array(String(value).utf8).elementsEqual(stem) else { return nil }
            return value
        }.max()
    }
}
