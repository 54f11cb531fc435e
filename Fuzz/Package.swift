// swift-tools-version: 6.2
import PackageDescription

// run.sh copies this file into a folder of its own and links the folders of sources beside it, because a package may
// not reach outside of its own folder.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + ["FuzzLoop"], path: "Targets/\(name)",
        swiftSettings: strict + [.unsafeFlags(["-sanitize=fuzzer,address"])],
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
}

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(name)",
        swiftSettings: strict + [.unsafeFlags(["-sanitize=fuzzer,address"])])
}

let instrumented: [CSetting] = [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])]

let package = Package(
    name: "fuzz",
    dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.2.0")],
    targets: [
        .systemLibrary(name: "COpenSSL", path: "Runtime/SystemLibraries/COpenSSL", pkgConfig: "libcrypto"),
        .target(name: "CLinux", path: "Runtime/Linux", cSettings: instrumented),
        .target(name: "CKernels", path: "Runtime/Kernels", cSettings: instrumented),
        .target(name: "LibFuzzer", path: "Targets/LibFuzzer"),
        .target(
            name: "FuzzLoop", dependencies: ["LibFuzzer"], path: "Targets/FuzzLoop", swiftSettings: strict),
        library("FunctionTypes"),
        library("LinuxSystem", ["CLinux"]),
        library("Kernels", ["CKernels"]),
        library("ModelFiles", ["LinuxSystem", "Kernels"]),
        library("Tokenizers", ["ModelFiles"]),
        library("Artifacts", ["FunctionTypes", "LinuxSystem", "COpenSSL"]),
        library(
            "Bundles",
            [
                "FunctionTypes", "Artifacts", "ModelFiles", "Kernels", "Tokenizers", "LinuxSystem",
                .product(name: "Yams", package: "Yams"),
            ]),
        fuzzer("GGUFFuzz", ["ModelFiles", "Tokenizers", "LinuxSystem"]),
        fuzzer("SafetensorsFuzz", ["ModelFiles", "LinuxSystem"]),
        fuzzer("TextFuzz", ["Tokenizers", "ModelFiles", "LinuxSystem"]),
        fuzzer("ManifestFuzz", ["Bundles", "FunctionTypes"]),
        .executableTarget(
            name: "Seeds", dependencies: ["ModelFiles", "Kernels", "LinuxSystem"], path: "Targets/Seeds",
            swiftSettings: strict, linkerSettings: [.unsafeFlags(["-sanitize=address"])]),
    ]
)
