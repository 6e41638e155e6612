import Testing
@testable import AgentSystem
