// swift-tools-version: 6.2
import PackageDescription

// One line per target. `library`, `program` and `tests` add the settings that every target shares, so that a
// reader sees only what differs: the name and what it may import.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], memorySafe: Bool = false) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(name)",
        swiftSettings: strict + (memorySafe ? [.strictMemorySafety()] : []))
}

func program(
    _ name: String, _ dependencies: [Target.Dependency], path: String? = nil, linker: [LinkerSetting] = []
) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", swiftSettings: strict,
        linkerSettings: linker)
}

func tests(_ subject: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target
{
    .testTarget(
        name: "\(subject)Tests", dependencies: dependencies, path: "Tests/\(subject)Tests",
        resources: resources,
        swiftSettings: strict)
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let http: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP: [Target.Dependency] = nio + [http]
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// A fully static executable needs no loader and no library, so it starts fastest and runs in an empty root. Swift's own
// list of libraries for such programs lacks these.
let fullyStatic: [LinkerSetting] = [
    .unsafeFlags(["-static-executable"]),
    .linkedLibrary("_FoundationCollections"), .linkedLibrary("_FoundationCShims"),
    .linkedLibrary("swiftSynchronization"),
]

let package = Package(
    name: "hearth",
    products: [
        .executable(name: "hearth", targets: ["hearth"]),
        .executable(name: "hearth-worker", targets: ["hearth-worker"]),
        .executable(name: "hearth-starter", targets: ["hearth-starter"]),
        .executable(name: "hearth-adapter", targets: ["hearth-adapter"]),
        // For the package of benchmarks.
        .library(name: "HearthInference", targets: ["Inference", "Kernels", "ModelFiles", "LinuxSystem"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL", path: "Runtime/SystemLibraries/COpenSSL", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CSeccomp", path: "Runtime/SystemLibraries/CSeccomp", pkgConfig: "libseccomp",
            providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(
            name: "CSystemd", path: "Runtime/SystemLibraries/CSystemd", pkgConfig: "libsystemd",
            providers: [.apt(["libsystemd-dev"])]),
        .target(name: "CLinux", path: "Runtime/Linux"),
        .target(
            name: "CKernels", path: "Runtime/Kernels",
            // Kernels at -O0 are a hundred times slower than anything else in a test run.
            cSettings: [.unsafeFlags(["-O3"], .when(configuration: .debug))]),

        library("FunctionTypes"),
        library("WorkerProtocol"),
        library("Scheduling", ["FunctionTypes"]),
        library("LinuxSystem", ["CLinux"]),
        library("Kernels", ["CKernels"], memorySafe: true),
        library("ModelFiles", ["LinuxSystem", "Kernels"], memorySafe: true),
        library("Tokenizers", ["ModelFiles"]),
        library("Inference", ["Kernels", "ModelFiles"]),
        library("Artifacts", ["FunctionTypes", "LinuxSystem", "COpenSSL"]),
        library(
            "Bundles",
            ["FunctionTypes", "Artifacts", "ModelFiles", "Kernels", "Tokenizers", "LinuxSystem", yams]),
        library("Registry", ["FunctionTypes", grdb]),
        library("Sandbox", ["WorkerProtocol", "LinuxSystem"]),
        library("Activation", ["WorkerProtocol", "LinuxSystem", "Sandbox", "CSeccomp", "CSystemd"]),
        library(
            "Worker",
            ["FunctionTypes", "WorkerProtocol", "LinuxSystem", "Inference", "Tokenizers", "ModelFiles"]
                + nioHTTP),
        library(
            "Host",
            [
                "FunctionTypes", "Scheduling", "Sandbox", "Activation", "WorkerProtocol", "Registry",
                "Artifacts",
                "Bundles", "LinuxSystem", log, yams,
            ] + nio),
        library(
            "Gateway",
            ["FunctionTypes", "Scheduling", "Host", "Artifacts", "Bundles", "LinuxSystem", log] + nioHTTP),
        program(
            "hearth",
            [
                "FunctionTypes", "WorkerProtocol", "Gateway", "Host", "Bundles", "Kernels", "LinuxSystem",
                "Sandbox",
                "Activation", arguments, log,
            ] + nioHTTP),
        program("hearth-worker", ["Worker"], linker: fullyStatic),
        program("hearth-starter", ["Sandbox", "LinuxSystem"], linker: fullyStatic),
        program("hearth-adapter", ["LinuxSystem"] + nio, linker: fullyStatic),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        program("FakeWorker", ["WorkerProtocol", "LinuxSystem"], path: "Tests/FakeWorker"),
        // What every sandbox must withstand. Static, so that it needs nothing of the machine.
        .executableTarget(
            name: "HostileWorker", path: "Tests/HostileWorker",
            linkerSettings: [.unsafeFlags(["-static-executable"])]),
        tests("Tidy", ["TestSupport"]),
        tests("FunctionTypes", ["FunctionTypes"]),
        tests("WorkerProtocol", ["WorkerProtocol", "TestSupport"]),
        tests("Scheduling", ["Scheduling", "FunctionTypes", "TestSupport"]),
        tests("LinuxSystem", ["LinuxSystem", "TestSupport"]),
        tests("Kernels", ["Kernels", "CKernels", "TestSupport"]),
        tests("ModelFiles", ["ModelFiles", "Kernels", "LinuxSystem", "TestSupport"]),
        tests(
            "Tokenizers", ["Tokenizers", "ModelFiles", "LinuxSystem", "TestSupport"],
            resources: [.copy("Resources")]),
        tests("Inference", ["Inference", "Kernels", "ModelFiles", "LinuxSystem", "TestSupport"]),
        tests("Artifacts", ["Artifacts", "FunctionTypes", "LinuxSystem", "TestSupport"]),
        tests("Registry", ["Registry", "FunctionTypes", "TestSupport", grdb]),
        tests("Bundles", ["Bundles", "Artifacts", "FunctionTypes", "TestSupport"]),
        tests(
            "Packing",
            ["Bundles", "FunctionTypes", "ModelFiles", "Kernels", "Tokenizers", "LinuxSystem", "TestSupport"]),
        tests("Activation", ["Activation", "Sandbox", "LinuxSystem", "WorkerProtocol", "TestSupport"]),
        tests("Sandbox", ["Sandbox", "LinuxSystem", "TestSupport"]),
        tests("Worker", ["Worker", "FunctionTypes"]),
        tests(
            "Host",
            [
                "Host", "FunctionTypes", "Scheduling", "Artifacts", "Sandbox", "Activation", "LinuxSystem",
                "TestSupport",
            ]),
        tests("Gateway", ["Gateway", "FunctionTypes", "Scheduling", "TestSupport", http]),
        tests("Integration", ["Sandbox", "TestSupport", "FakeWorker", "hearth"]),
    ]
)
