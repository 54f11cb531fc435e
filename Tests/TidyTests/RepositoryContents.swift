import Testing

/// The repository holds what people wrote: no build output, no lock of versions, nothing heavy.
enum RepositoryContents {
    static let largestBytes = 5 << 20

    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.flatMap { file -> [Finding] in
            var findings: [Finding] = []
            if file.size > largestBytes {
                findings.append(
                    Finding(file.path, nil, "has \(file.size) bytes, more than \(largestBytes); fetch it"))
            }
            if file.path.split(separator: "/").contains(where: { $0.hasPrefix(".build") || $0 == ".swiftpm" })
            {
                findings.append(Finding(file.path, nil, "is build output; ignore it"))
            }
            if file.name == "Package" + ".resolved" {
                findings.append(Finding(file.path, nil, "is not kept; Package.swift bounds the versions"))
            }
            return findings
        }
    }
}

@Suite("Repository contents") struct RepositoryContentsTests {
    @Test func theRepositoryHoldsWhatPeopleWrote() {
        expectNone(RepositoryContents.findings(in: Tree.all))
    }

    @Test func heavyFilesAndBuildOutputAreReported() {
        let files = [
            TrackedFile(path: "model.bin", size: (5 << 20) + 1),
            TrackedFile(path: ".build/debug/a.o", size: 1),
            TrackedFile(path: "Benchmarks/Package.resolved", size: 1),
            TrackedFile(path: "edge.bin", size: 5 << 20),
        ]
        let paths = RepositoryContents.findings(in: files).map(\.path)
        #expect(paths == ["model.bin", ".build/debug/a.o", "Benchmarks/Package.resolved"])
    }
}
