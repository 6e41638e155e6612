import Testing
@testable import AgentCore

@Suite struct SecretTests {
    @Test func wipes() { #expect(Secret(copying: Array("ab".utf8)).count == 2) }
}
