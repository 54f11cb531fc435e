import Testing

/// Each C module has one Swift module that imports it and shows safe types to the rest. The compiler does not
/// check that: a C module that is reached indirectly can be imported without being declared.
enum COwners {
    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.filter(\.isSwift).flatMap { file in
            ImportLine.all(in: file).compactMap { line in
                guard isC(line.module), !mayImport(line.module, fileAt: file.path) else { return nil }
                let owner = Layers.modules.first { $0.owns.contains(line.module) }?.name
                return Finding(
                    file.path, line.line,
                    "\(line.module) may be imported by \(owner ?? "no module yet (see Layers.swift)") alone")
            }
        }
    }

    /// `C` and a capital letter, as C modules are named by custom.
    private static func isC(_ module: String) -> Bool {
        module.hasPrefix("C") && module.dropFirst().first?.isUppercase == true
    }

    /// The owner may, and the tests of the owner.
    private static func mayImport(_ module: String, fileAt path: String) -> Bool {
        guard let owner = Layers.modules.first(where: { $0.owns.contains(module) })?.name else {
            return false
        }
        return [owner, owner + "Tests"].contains(moduleName(ofFileAt: path))
    }
}

@Suite("C owners") struct COwnersTests {
    @Test func eachCModuleHasOneImporter() {
        expectNone(COwners.findings(in: Tree.swift))
    }

    @Test func anImportOutsideTheOwnerIsReported() {
        let stranger = TrackedFile(path: "Sources/Inference/A.swift", text: "import CKernels\n")
        let unowned = TrackedFile(path: "Sources/Host/A.swift", text: "import CNIOLinux\n")
        let owner = TrackedFile(
            path: "Sources/Kernels/A.swift", text: "import CKernels\nimport Collections\n")
        let tests = TrackedFile(path: "Tests/KernelsTests/A.swift", text: "import CKernels\n")
        let findings = COwners.findings(in: [stranger, unowned, owner, tests])
        #expect(findings.map(\.path) == ["Sources/Inference/A.swift", "Sources/Host/A.swift"])
    }
}
