import Testing

/// What hearth-worker links imports no full Foundation: it brings ICU, a megabyte of private memory and a
/// millisecond of start. FoundationEssentials is allowed.
enum FoundationFreeWorker {
    private static let banned: Set<String> = [
        "Foundation", "FoundationInternationalization", "FoundationNetworking", "FoundationXML",
    ]

    static func findings(in files: [TrackedFile]) -> [Finding] {
        let modules = Set(Layers.modules.filter(\.isInWorker).map(\.name))
        return files.filter { file in
            file.isIn("Sources") && moduleName(ofFileAt: file.path).map(modules.contains) == true
        }.flatMap { file in
            ImportLine.all(in: file).filter { banned.contains($0.module) }.map {
                Finding(
                    file.path, $0.line,
                    "imports \($0.module) into hearth-worker; use Glibc, LinuxSystem or FoundationEssentials")
            }
        }
    }
}

@Suite("Foundation-free worker") struct FoundationFreeWorkerTests {
    @Test func noWorkerModuleImportsFullFoundation() {
        expectNone(FoundationFreeWorker.findings(in: Tree.swift))
    }

    @Test func fullFoundationIsReportedAndEssentialsAreNot() {
        let bad = TrackedFile(path: "Sources/Worker/A.swift", text: "public import Foundation\n")
        let good = TrackedFile(path: "Sources/Worker/B.swift", text: "import FoundationEssentials\n")
        let host = TrackedFile(path: "Sources/Host/A.swift", text: "import Foundation\n")
        #expect(
            FoundationFreeWorker.findings(in: [bad, good, host]).map(\.path) == ["Sources/Worker/A.swift"])
    }
}
