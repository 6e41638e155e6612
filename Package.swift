// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: Swift 6 mode, warnings are errors.
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// For what ships: not the regular expressions that every module would import. One use of them is a megabyte of the program.
let shipped = common + [.unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"])]

let package = Package(
    name: "vmaccess-agent",
    products: [
        .executable(name: "vmaccess-agent", targets: ["GuestAgent"])
    ],
    targets: [
        // C modules: a header, a module map, a shim where the importer needs one; nothing else.
        .target(name: "CLinux", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CPAM", pkgConfig: "pam", providers: [.apt(["libpam0g-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        // Pure: no C module, no file, no process, no clock.
        .target(name: "AgentCore", swiftSettings: shipped + [.strictMemorySafety()]),
        // The guest: the only place with C types, and none in its interface.
        .target(
            name: "AgentSystem",
            dependencies: ["AgentCore", "CLinux", "CSystemd", "CPAM", "COpenSSL"],
            swiftSettings: shipped),
        // The executable: verbs, argument parsing, wiring.
        .executableTarget(name: "GuestAgent", dependencies: ["AgentCore", "AgentSystem"], swiftSettings: shipped),

        .testTarget(name: "AgentCoreTests", dependencies: ["AgentCore"], swiftSettings: common),
        .testTarget(name: "AgentSystemTests", dependencies: ["AgentCore", "AgentSystem", "CLinux"], swiftSettings: common),
    ]
)
