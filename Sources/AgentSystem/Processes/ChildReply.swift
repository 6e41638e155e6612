internal import AgentCore
internal import Glibc

/// What a forked child sends back: a success byte and its bytes, or a failure byte and a sentence.
enum ChildReply {
    static func success(_ bytes: [UInt8]) -> [UInt8] { [0] + bytes }
    static func failure(_ sentence: String) -> [UInt8] { [1] + Array(sentence.utf8) }

    /// Runs `body` in a child and gives its bytes, or its failure as this process's fault.
    ///
    /// - Parameter home: whose file system it touches. One that did not answer is not asked again for a while: its deadline is paid
    ///   once, and not for each question of a request, while others wait.
    static func of(
        _ doing: String, in home: ForeignText, seconds: Double = 20, _ body: () throws(Fault) -> [UInt8]
    ) throws(Fault) -> [UInt8] {
        if let cause = SilentHomes.cause(for: home) { throw Fault(doing, cause: cause) }
        let reply: [UInt8]
        do throws(Fault) {
            reply = try run(doing, seconds, body)
        } catch let fault where fault.code == ETIMEDOUT {
            SilentHomes.note(home, fault.cause)
            throw fault
        }
        guard reply.first == 0 else {
            throw Fault(doing, cause: reply.isEmpty ? "no answer" : ForeignText(reply.dropFirst()).escaped(limit: 400))
        }
        return Array(reply.dropFirst())
    }

    private static func run(_ doing: String, _ seconds: Double, _ body: () throws(Fault) -> [UInt8]) throws(Fault) -> [UInt8] {
        try inChild(doing, seconds: seconds) {
            do throws(Fault) {
                return success(try body())
            } catch let fault {
                return failure(fault.cause)
            }
        }
    }
}
