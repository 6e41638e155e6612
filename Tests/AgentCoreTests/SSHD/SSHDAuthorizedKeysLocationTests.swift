import Testing

@testable import AgentCore

@Suite("SSHD: where keys lie") struct AuthorizedKeysLocationTests {
    private static let alice = AuthorizedKeysLocation.Account(name: ForeignText("alice"), uid: 5001, home: ForeignText("/home/alice"))

    /// `sshd -ddd` tried the same paths for this account ("trying public key file").
    static let values: [(String, AuthorizedKeysLocation)] = [
        (".ssh/k", .belowHome(ForeignText(".ssh/k"))),
        ("%h/.ssh/k2", .belowHome(ForeignText(".ssh/k2"))),
        ("%%u/x", .belowHome(ForeignText("%u/x"))),
        ("%u", .belowHome(ForeignText("alice"))),
        ("/etc/k/%u", .ownFile(ForeignText("/etc/k/alice"))),
        ("/etc/k/%U", .ownFile(ForeignText("/etc/k/5001"))),
        ("/k%h/a", .ownFile(ForeignText("/k/home/alice/a"))),
        ("/etc/a b/%u", .ownFile(ForeignText("/etc/a b/alice"))),
        ("none", .none), ("NONE", .none),
        ("/etc/shared", .shared(ForeignText("/etc/shared"))),
        ("/etc/%%u", .shared(ForeignText("/etc/%u"))),
        // The same file for everybody, although it lies in this home.
        ("/home/alice/lit", .shared(ForeignText("/home/alice/lit"))),
        // Below the home however it is spelled: not for root to write to.
        ("/home/%u/below", .belowHome(ForeignText("below"))),
        ("../up", .shared(ForeignText("/home/alice/../up"))),
        ("/etc/k/%u/../all", .shared(ForeignText("/etc/k/alice/../all"))),
        (".ssh/%x", .unusable(.unknownToken)), ("/etc/k/%", .unusable(.unknownToken)),
        ("/" + String(repeating: "k", count: 4095), .unusable(.tooLong)),
    ]

    @Test(arguments: values)
    func `where a value leads`(_ value: String, _ location: AuthorizedKeysLocation) {
        #expect(AuthorizedKeysLocation(ForeignText(value), for: Self.alice) == location)
    }

    @Test(arguments: ["", ".", "..", "a/b", "../root", "a\0"])
    func `a name that would lead elsewhere`(_ name: String) {
        let account = AuthorizedKeysLocation.Account(name: ForeignText(name), uid: 1, home: ForeignText("/home/x"))
        #expect(AuthorizedKeysLocation(ForeignText("/etc/k/%u"), for: account) == .unusable(.hostileName))
    }

    static let homes: [(String, String, AuthorizedKeysLocation)] = [
        ("", ".ssh/k", .unusable(.badHome)), ("home", "%h/.ssh/k", .unusable(.badHome)),
        ("/home/x/", "%h/.ssh/k", .belowHome(ForeignText(".ssh/k"))), ("/home/x//", "/home/%u/k", .belowHome(ForeignText("k"))),
        ("/srv/../home/x", "%h/.ssh/k", .belowHome(ForeignText(".ssh/k"))), ("/", ".ssh/k", .belowHome(ForeignText(".ssh/k"))),
        ("/", "/etc/k/%u", .ownFile(ForeignText("/etc/k/x"))), ("/", "%h/.ssh/k", .belowHome(ForeignText(".ssh/k"))),
        ("/home/xy", "/home/%u/k", .ownFile(ForeignText("/home/x/k"))),
    ]

    @Test(arguments: homes)
    func `homes of all kinds`(_ home: String, _ value: String, _ location: AuthorizedKeysLocation) {
        let account = AuthorizedKeysLocation.Account(name: ForeignText("x"), uid: 1, home: ForeignText(home))
        #expect(AuthorizedKeysLocation(ForeignText(value), for: account) == location)
    }

    @Test func `a new key goes into the user's own file, one that exists first`() {
        let shared = AuthorizedKeysLocation.shared(ForeignText("/etc/all"))
        let own = AuthorizedKeysLocation.ownFile(ForeignText("/etc/k/alice"))
        let home = AuthorizedKeysLocation.belowHome(ForeignText(".ssh/authorized_keys"))
        let all = [AuthorizedKeysLocation.none, shared, own, home]
        #expect(AuthorizedKeysLocation.forNewKey(among: all) { _ in false } == own)
        #expect(AuthorizedKeysLocation.forNewKey(among: all) { $0 == home } == home)
        #expect(AuthorizedKeysLocation.forNewKey(among: all) { _ in true } == own)
        #expect(AuthorizedKeysLocation.forNewKey(among: [.none, shared, .unusable(.tooLong)]) { _ in true } == nil)
    }
}
