internal import Glibc

/// Why an effect did not come about: what was tried, on what, and the system's reason. Read at 3 a.m.; never holds a secret.
package struct Fault: Error, Sendable {
    /// "write /etc/sudoers.d/x", "start useradd".
    package let doing: String
    package let cause: String
    /// errno(3), where the kernel gave one.
    package let code: Int32?

    package init(_ doing: String, cause: String, code: Int32? = nil) {
        self.doing = doing
        self.cause = cause
        self.code = code
    }

    /// The cause is errno's.
    package init(_ doing: String, errno code: Int32) {
        self.doing = doing
        self.code = code
        cause = Fault.text(of: code)
    }

    package var message: String { "cannot \(doing): \(cause)" }

    private static func text(of code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        let words = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}

/// Calls `body` again while a signal interrupts it.
///
/// - Returns: what `body` returned, if not -1.
func retrying(_ doing: @autoclosure () -> String, _ body: () -> Int32) throws(Fault) -> Int32 {
    while true {
        let result = body()
        if result != -1 { return result }
        if errno != EINTR { throw Fault(doing(), errno: errno) }
    }
}
