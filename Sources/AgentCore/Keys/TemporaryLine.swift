extension AuthorizedKeys {
    /// Adds a line for a short time: the ephemeral key of the proof. It becomes the *first* line, so that taking it away gives
    /// back the file byte for byte, also one without a final line feed.
    ///
    /// - Throws: `Refusal` for a file over `maximumSize`.
    package static func adding(temporary line: AuthorizedKeyLine, to file: [UInt8]) throws(Refusal) -> [UInt8] {
        guard file.count <= maximumSize else { throw tooLarge }
        return line.bytes + [0x0a] + file
    }

    /// Takes away each line whose comment is exactly `marker`, with its line end; the others keep their bytes. The file as it
    /// was where there is none.
    ///
    /// - Parameter marker: our own word, without blanks, that nobody else writes: it holds a random part.
    package static func removing(marker: String, from file: [UInt8]) -> [UInt8] {
        guard !marker.isEmpty else { return file }
        let ending = [0x20] + Array(marker.utf8)
        var kept: [UInt8] = []
        kept.reserveCapacity(file.count)
        var start = file.startIndex
        while start < file.endIndex {
            let lineFeed = file[start...].firstIndex(of: 0x0a)
            let end = lineFeed.map { $0 + 1 } ?? file.endIndex
            let line = file[start..<(lineFeed ?? file.endIndex)]
            if !isMarked(line, ending: ending) { kept += file[start..<end] }
            start = end
        }
        return kept
    }

    /// A key's line whose comment is the marker. A comment line that ends in it, or a longer comment, is somebody else's.
    private static func isMarked(_ line: ArraySlice<UInt8>, ending: [UInt8]) -> Bool {
        // The end is looked at first: most lines need not be read.
        guard line.count > ending.count, line.suffix(ending.count).elementsEqual(ending) else { return false }
        guard let read = try? AuthorizedKeyLine(line) else { return false }
        return read.comment.bytes.elementsEqual(ending.dropFirst())
    }
}
