// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what ships knows nothing of fuzzing. The sources are the same, by links: `package` access
// holds within one package only.

/// Coverage for libFuzzer, checks of memory, and access to what is internal.
let instrumented: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing", "-parse-as-library"]),
]

let package = Package(
    name: "fuzz",
    targets: [
        .target(name: "CLinux"),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd"),
        .systemLibrary(name: "CPAM", pkgConfig: "pam"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto"),
        .target(name: "AgentCore", swiftSettings: instrumented),
        .target(
            name: "AgentSystem", dependencies: ["AgentCore", "CLinux", "CSystemd", "CPAM", "COpenSSL"],
            swiftSettings: instrumented),
        .executableTarget(
            name: "Fuzz", dependencies: ["AgentCore", "AgentSystem"],
            swiftSettings: instrumented + [.treatAllWarnings(as: .error)],
            // lld: gold has a warning for each of ASan's own symbols.
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
    ]
)
