import AgentCore
import Testing

@Suite("the record of a change to a home") struct HomeUndoTests {
    @Test("is read back as it was written", arguments: 0..<5)
    func roundTrip(_ number: Int) throws {
        let user = try UserName(ForeignText("alice"))
        let cases: [(HomeChange.Action, HomeUndo.Former)] = [
            (.make(mode: 0), .nothing), (.own, .owner(uid: 4242, gid: 7)), (.mode(0o777), .mode(0o777)),
            (.setAside, .renamed(ForeignText([0x61, 0xff, 0x20]))), (.clearAttributes, .attributes(0x80010)),
        ]
        let (action, former) = cases[number]
        let change = HomeChange(user: user, home: ForeignText([0x2f, 0xc3, 0x28]), part: ForeignText(".ssh/a b"), action)
        let undo = Undo.home(HomeUndo(change, former: former, inode: .max))
        let read = try JSONReader.read(Secret(copying: undo.document.compact())).root
        #expect(Undo(read) == undo)
    }
}
