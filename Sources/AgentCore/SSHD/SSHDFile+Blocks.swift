/// Finding, setting and removing the blocks of ours in a file.
extension SSHDFile {
    /// A block that was found.
    package struct FoundBlock: Hashable, Sendable {
        package let name: ForeignText
        /// Both comments and all between; of a torn one the comment that is left.
        package let range: Range<Int>
        package let isTorn: Bool
    }

    /// All blocks of ours, in order.
    package var blocks: [FoundBlock] {
        var found: [FoundBlock] = []
        var open: (name: ForeignText, range: Range<Int>)?
        func close() {
            if let torn = open { found.append(FoundBlock(name: torn.name, range: torn.range, isTorn: true)) }
            open = nil
        }
        for line in SSHDLines(bytes) {
            guard line.content.first == SSHDLexer.comment, let edge = SSHDBlock.Edge(line.content) else { continue }
            if edge.isBegin {
                close()
                open = (edge.name, line.range)
            } else if let start = open, start.name == edge.name {
                let range = start.range.lowerBound..<line.range.upperBound
                found.append(FoundBlock(name: edge.name, range: range, isTorn: false))
                open = nil
            } else {
                close()
                found.append(FoundBlock(name: edge.name, range: line.range, isTorn: true))
            }
        }
        close()
        return found
    }

    /// Without the blocks of this name. Next to the edge that is left of a torn one, lines equal to the block's own go too.
    package func removing(_ block: SSHDBlock) -> [UInt8] {
        let name = ForeignText(block.name)
        let lines = Array(SSHDLines(bytes))
        var isOurs = Array(repeating: false, count: lines.count)
        var next = 0
        for found in blocks where found.name == name {
            while next < lines.count, lines[next].range.lowerBound < found.range.lowerBound { next += 1 }
            while next < lines.count, lines[next].range.upperBound <= found.range.upperBound {
                isOurs[next] = true
                next += 1
            }
            guard found.isTorn else { continue }
            let isBegin = SSHDBlock.Edge(lines[next - 1].content)?.isBegin == true
            let neighbours = isBegin ? Array(next..<lines.count) : Array((0..<(next - 1)).reversed())
            let own = isBegin ? block.lines : block.lines.reversed()
            for (index, line) in zip(neighbours, own) {
                var bare = SSHDLines(line.bytes)
                guard let content = bare.next()?.content, lines[index].content == content else { break }
                isOurs[index] = true
            }
        }
        return zip(lines, isOurs).flatMap { $1 ? [] : bytes[$0.range] }
    }

    /// With the block at `place` and nowhere else. One that stands there already keeps its place among the comments.
    package func setting(_ block: SSHDBlock, at place: Place) -> [UInt8] {
        let name = ForeignText(block.name)
        let rest = SSHDFile(path: path, bytes: removing(block))
        let target = rest.offset(of: place)
        let old = blocks.filter { $0.name == name }
        if old.count == 1, let whole = old.first, !whole.isTorn {
            // Nothing ahead of it is taken out, so that it begins at the same offset of the rest.
            let start = whole.range.lowerBound
            // No statement in between: for sshd it is the same place.
            let between = min(start, target)..<max(start, target)
            let isSame = !rest.statements.contains { between.contains($0.range.lowerBound) }
            if isSame { return rest.inserting(block.text, at: start) }
        }
        return rest.inserting(block.text, at: target)
    }
}
