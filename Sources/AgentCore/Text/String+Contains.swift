extension StringProtocol {
    /// Whether `part` stands in it, byte for byte.
    ///
    /// The toolchain's own `contains` of strings comes with its regular expressions, which are a megabyte of the program:
    /// Package.swift leaves them out. Where they are imported, as in tests, theirs is meant.
    @_disfavoredOverload
    package func contains(_ part: String) -> Bool {
        var rest = Substring(self).utf8[...]
        while !rest.starts(with: part.utf8) {
            if rest.isEmpty { return false }
            rest = rest.dropFirst()
        }
        return true
    }
}
