import Foundation
import TestSupport
import Testing

/// Each target declares what it imports, and imports what it declares.
///
/// Read from `swift package dump-package`, so the helpers of Package.swift are resolved by SwiftPM itself.
struct DeclaredDependencies {
    struct Target {
        let name: String
        let type: String
        let path: String
        let dependencies: Set<String>
    }

    let targets: [Target]

    /// Modules that come with the toolchain and need no declaration.
    static let toolchain: Set<String> = [
        "Swift", "Glibc", "Foundation", "FoundationEssentials", "Synchronization", "Dispatch", "Testing",
        "RegexBuilder", "_Builtin_intrinsics", "_StringProcessing", "PackageDescription",
    ]

    /// Reads the JSON of `swift package dump-package`.
    init(json: Data) throws {
        targets = try JSONDecoder().decode(Dump.self, from: json).targets.map { target in
            Target(
                name: target.name, type: target.type, path: target.path ?? "",
                dependencies: Set(target.dependencies.compactMap(\.moduleName)))
        }
    }

    func findings(in files: [TrackedFile]) -> [Finding] {
        targets.filter { !["system", "plugin"].contains($0.type) && !$0.path.hasPrefix("Runtime/") }.flatMap {
            target in
            findings(for: target, in: files.filter { $0.isIn(target.path) })
        }
    }

    private func findings(for target: Target, in files: [TrackedFile]) -> [Finding] {
        guard !files.isEmpty else {
            return [Finding("Package.swift", nil, "target \(target.name) holds no file")]
        }
        // A program in C declares nothing.
        let files = files.filter(\.isSwift)
        var imported: Set<String> = []
        var findings: [Finding] = []
        for file in files {
            for line in ImportLine.all(in: file) {
                imported.insert(line.module)
                let isKnown =
                    target.dependencies.contains(line.module) || Self.toolchain.contains(line.module)
                guard !isKnown, line.module != target.name else { continue }
                findings.append(
                    Finding(
                        file.path, line.line, "\(target.name) imports \(line.module) without declaring it"))
            }
        }
        // A test may need a program to be built without importing it.
        let programs = Set(targets.filter { $0.type == "executable" }.map(\.name))
        let needless = target.dependencies.subtracting(imported).subtracting(
            target.type == "test" ? programs : [])
        return findings
            + needless.sorted().map {
                Finding("Package.swift", nil, "target \(target.name) declares \($0) and never imports it")
            }
    }
}

/// What is needed of SwiftPM's dump.
private struct Dump: Decodable {
    struct Target: Decodable {
        let name: String
        let type: String
        let path: String?
        let dependencies: [Dependency]
    }

    /// `{"byName": [name, …]}`, `{"target": [name, …]}` or `{"product": [name, package, …]}`.
    struct Dependency: Decodable {
        let moduleName: String?

        init(from decoder: any Decoder) throws {
            let kinds = try decoder.singleValueContainer().decode([String: [Ignored]].self)
            moduleName = kinds.values.first?.first?.text
        }
    }

    /// A string, or something else that does not matter here.
    struct Ignored: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    let targets: [Target]
}

@Suite("Declared dependencies") struct DeclaredDependenciesTests {
    @Test func everyTargetDeclaresWhatItImports() throws {
        let scratch = try TemporaryFolder()
        let dump = try CommandRun(
            ["TMPDIR=\(scratch.path)", "swift", "package", "--scratch-path", scratch.path, "dump-package"],
            in: repositoryRoot)
        try #require(dump.status == 0, "swift package dump-package failed: \(dump.errorText)")
        expectNone(try DeclaredDependencies(json: dump.output).findings(in: Tree.all))
    }

    @Test func aMissingAndANeedlessDeclarationAreReported() throws {
        let json = """
            {"targets": [
              {"name": "A", "type": "regular", "path": "Sources/A",
               "dependencies": [{"byName": ["B", null]}, {"product": ["NIOCore", "swift-nio", null, null]}]},
              {"name": "Empty", "type": "regular", "path": "Sources/Empty", "dependencies": []}
            ]}
            """
        let file = TrackedFile(path: "Sources/A/A.swift", text: "import B\nimport C\nimport Glibc\n")
        let findings = try DeclaredDependencies(json: Data(json.utf8)).findings(in: [file])
        #expect(
            findings.map(\.message) == [
                "A imports C without declaring it", "target A declares NIOCore and never imports it",
                "target Empty holds no file",
            ])
    }
}
