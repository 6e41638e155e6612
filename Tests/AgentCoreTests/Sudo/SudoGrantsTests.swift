import AgentCore
import Testing

@Suite("sudo's long listing") struct SudoGrantsTests {
    private static func entry(_ runAs: String, _ options: String, _ commands: [String]) -> String {
        "\nSudoers entry: /etc/sudoers\n    RunAsUsers: \(runAs)\n" + (options.isEmpty ? "" : "    Options: \(options)\n")
            + "    Commands:\n"
            + commands.map { "\t\($0)\n" }.joined()
    }

    @Test(
        "tells what the last entry about everything grants",
        arguments: [
            ("", .none), (entry("ALL", "", ["ALL"]), .everythingWithPassword),
            (entry("root", "!authenticate", ["ALL"]), .everythingWithoutPassword),
            (entry("bob", "", ["ALL"]), .none), (entry("ALL", "", ["/bin/ls"]), .none), (entry("ALL", "", ["ALL", "!/bin/su"]), .none),
            (entry("ALL", "!authenticate", ["ALL"]) + entry("ALL", "", ["ALL"]), .everythingWithPassword),
            (entry("ALL", "", ["ALL"]) + entry("ALL", "!authenticate", ["/bin/ls"]), .everythingWithPassword),
            (entry("ALL", "", ["ALL"]) + entry("ALL", "", ["!ALL"]), .none), (entry("ALL", "", ["!ALL", "ALL"]), .everythingWithPassword),
        ] as [(String, SudoGrants)])
    func grants(_ listing: String, _ expected: SudoGrants) {
        #expect(SudoGrants(listing: Array(listing.utf8)) == expected)
    }
}
