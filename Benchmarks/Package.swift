// swift-tools-version: 6.2
import PackageDescription

// Benchmarks are a package of their own, so that nobody who builds Hearth pays for them. Run in release:
//
//     swift run -c release --package-path Benchmarks kernels [model.gguf …]

let package = Package(
    name: "hearth-benchmarks",
    products: [.executable(name: "kernels", targets: ["KernelBenchmarks"])],
    dependencies: [.package(name: "hearth", path: "..")],
    targets: [
        .executableTarget(
            name: "KernelBenchmarks",
            dependencies: [
                .product(name: "HearthInference", package: "hearth")
            ],
            path: "Kernels",
            swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")])
    ]
)
