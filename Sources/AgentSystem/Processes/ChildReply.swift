internal import AgentCore

/// What a forked child sends back: a success byte and its bytes, or a failure byte and a sentence.
enum ChildReply {
    static func success(_ bytes: [UInt8]) -> [UInt8] { [0] + bytes }
    static func failure(_ sentence: String) -> [UInt8] { [1] + Array(sentence.utf8) }

    /// Runs `body` in a child and gives its bytes, or its failure as this process's fault.
    static func of(_ doing: String, seconds: Double = 20, _ body: () throws(Fault) -> [UInt8]) throws(Fault) -> [UInt8] {
        let reply = try inChild(doing, seconds: seconds) {
            do throws(Fault) {
                return success(try body())
            } catch let fault {
                return failure(fault.cause)
            }
        }
        guard reply.first == 0 else {
            throw Fault(doing, cause: reply.isEmpty ? "no answer" : ForeignText(reply.dropFirst()).escaped(limit: 400))
        }
        return Array(reply.dropFirst())
    }
}
