import AgentCore
import AgentSystem
import Testing

@Suite("settings given by hand") struct SettingsInputTests {
    @Test("come from a file")
    func file() throws {
        try Tree.with { tree in
            try tree.file("/x", "{}")
            #expect(try SettingsInput.read(.file("\(tree.path)/x")).withBytes { Array($0) } == Array("{}".utf8))
            #expect(
                fault { _ = try SettingsInput.read(.file("\(tree.path)/none")) }.message
                    == "cannot open \(tree.path)/none: no such file or directory")
        }
    }

    @Test("are 1 MiB at the most", arguments: [(1 << 20, true), ((1 << 20) + 1, false)])
    func limit(_ size: Int, _ fits: Bool) throws {
        try Tree.with { tree in
            try tree.file("/x", [UInt8](repeating: 0x20, count: size))
            if fits {
                #expect(try SettingsInput.read(.file("\(tree.path)/x")).count == size)
            } else {
                #expect(fault { _ = try SettingsInput.read(.file("\(tree.path)/x")) }.cause == "it is larger than 1048576 bytes")
            }
        }
    }
}
