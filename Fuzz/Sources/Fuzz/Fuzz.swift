import Glibc

/// libFuzzer's own `main`, by another name: the package manager makes `main` of this one. The first argument names a target,
/// the others are libFuzzer's.
@_cdecl("Fuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    guard count > 1, let named = arguments[1].flatMap({ Target(rawValue: String(cString: $0)) }) else {
        print("usage: Fuzz TARGET [libFuzzer's arguments]; targets: \(Target.allCases.map(\.rawValue).joined(separator: " "))")
        return 2
    }
    target = named
    arguments[1] = arguments[0]
    var count = count - 1
    var rest = arguments + 1
    return runDriver(&count, &rest) { data, count in
        target.check(Array(UnsafeBufferPointer(start: data, count: count)))
        return 0
    }
}

nonisolated(unsafe) private var target = Target.json

/// FuzzerInterface.h of compiler-rt.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// What reads bytes from strangers. The folder of its inputs in `Corpus` has the same name.
enum Target: String, CaseIterable {
    case json, settings, keys, sshd, effective, transcript
    case authorizedKeys = "authorized-keys"
    case accounts, sudoers, handler, configuration, environment, firewall, sockets, journal, envelope, status

    var check: ([UInt8]) -> Void {
        switch self {
        case .json: checkJSON
        case .settings: checkSettings
        case .keys: checkKeys
        case .authorizedKeys: checkAuthorizedKeys
        case .sshd: checkSSHD
        case .effective: checkEffective
        case .transcript: checkTranscript
        case .accounts: checkAccounts
        case .sudoers: checkSudoers
        case .handler: checkHandler
        case .configuration: checkConfiguration
        case .environment: checkEnvironment
        case .firewall: checkFirewall
        case .sockets: checkSockets
        case .journal: checkJournal
        case .envelope: checkEnvelope
        case .status: checkStatus
        }
    }
}
