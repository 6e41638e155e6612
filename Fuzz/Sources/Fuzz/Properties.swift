import AgentCore
import Glibc

/// Ends the run where a property does not hold; libFuzzer then writes the input down.
func require(_ holds: Bool, _ property: @autoclosure () -> String, _ line: Int = #line, _ file: String = #fileID) {
    if holds { return }
    print("fuzz: \(file):\(line): not so: \(property())")
    fflush(nil)
    abort()
}

/// What people and logs get to see: printable ASCII, of bounded length.
func requireShowable(_ text: String, limit: Int = 4096, _ line: Int = #line, _ file: String = #fileID) {
    require(text.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "printable ASCII: \(text)", line, file)
    require(text.utf8.count <= limit, "at most \(limit) bytes: \(text.utf8.count)", line, file)
}

/// Whether `part` is `whole` with bytes left out and none added or moved.
func isSubsequence(_ part: [UInt8], of whole: [UInt8]) -> Bool {
    var rest = part[...]
    for byte in whole where byte == rest.first { rest.removeFirst() }
    return rest.isEmpty
}

/// The bytes in two, at the first NUL.
func halves(_ bytes: [UInt8]) -> (first: [UInt8], second: [UInt8]) {
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    return (Array(bytes[..<end]), Array(bytes[end...].dropFirst()))
}

let bob = UserName("bob")!
