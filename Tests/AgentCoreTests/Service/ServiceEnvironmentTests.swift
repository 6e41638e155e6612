import AgentCore
import Testing

/// systemd.service(5), "Command lines"; systemd.exec(5), `Environment=` and `EnvironmentFile=`.
@Suite("a service's environment") struct ServiceEnvironmentTests {
    private static func environment(_ assignments: [String], file: String = "") -> ServiceEnvironment {
        var environment = ServiceEnvironment()
        for assignment in assignments { environment.set(assignment) }
        environment.read(Array(file.utf8))
        return environment
    }

    @Test("expands the manual's first example")
    func firstExample() {
        let environment = Self.environment(["ONE=one", "TWO=two two"])
        #expect(environment.expand(["$ONE", "$TWO", "${TWO}"]) == ["one", "two", "two", "two two"])
    }

    @Test("expands the manual's second example")
    func secondExample() {
        let environment = Self.environment(["ONE='one'", "TWO='two two' too", "THREE="])
        #expect(environment.expand(["${ONE}", "${TWO}", "${THREE}"]) == ["'one'", "'two two' too", ""])
        #expect(environment.expand(["$ONE", "$TWO", "$THREE"]) == ["one", "two two", "too"])
    }

    @Test(
        "expands",
        arguments: [
            ("Debian's line for sshd", ["-D", "$SSHD_OPTS"], ["-D", "-p", "2222"]),
            ("an unknown variable to nothing", ["-D", "$NONE", "${NONE}"], ["-D", ""]),
            ("braces inside a word", ["-p${PORT}", "${PORT}${PORT}", "a${PORT}b"], ["-p22", "2222", "a22b"]),
            ("no variable inside a word without braces", ["-p$PORT", "x$$"], ["-p$PORT", "x$"]),
            ("two dollar signs to one", ["$$PORT", "$${PORT}"], ["$PORT", "${PORT}"]),
            ("an open brace not at all", ["${PORT", "a$"], ["${PORT", "a$"]),
            ("blanks and tabs between words", ["$TABS"], ["a", "b", "c"]),
            ("quotes that join words", ["$QUOTED"], ["-o", "Banner none", "", "it's"]),
        ])
    func words(_: String, _ words: [String], _ expected: [String]) {
        let environment = Self.environment([
            "SSHD_OPTS=-p 2222", "PORT=22", "TABS= a\tb  c ", #"QUOTED=-o "Banner none" '' it\'s"#,
        ])
        #expect(environment.expand(words) == expected)
    }

    @Test("reads a file of assignments")
    func file() {
        let environment = Self.environment(
            ["A=old", "KEPT=kept"],
            file: "# comment\n; comment\n\nA=new\n B = spaced \nC=\"in quotes \"\nD='single # quotes'\nnothing\nE=a=b\nF=\nG=crlf\r\n#H=x")
        #expect(
            environment.expand(["${A}", "${KEPT}", "${B}", "${C}", "${D}", "${E}", "${F}", "${G}", "${H}"])
                == ["new", "kept", "spaced", "in quotes ", "single # quotes", "a=b", "", "crlf", ""])
    }

    @Test("takes an assignment at its first sign, and nothing without one")
    func assignment() {
        let environment = Self.environment(["A=b=c", "NONE", "=x"])
        #expect(environment.expand(["${A}", "${NONE}"]) == ["b=c", ""])
    }
}
