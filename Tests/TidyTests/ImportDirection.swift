import Testing

/// Imports go from higher layers to lower ones; the table is in ``Layers``.
enum ImportDirection {
    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.filter { $0.isIn("Sources") && $0.isSwift }.flatMap { file -> [Finding] in
            guard let module = moduleName(ofFileAt: file.path) else {
                return [Finding(file.path, nil, "belongs to no module; Sources holds one folder a module")]
            }
            guard Layers.place(of: module) != nil else {
                return [Finding(file.path, nil, "\(module) is not in the table of layers (Layers.swift)")]
            }
            return ImportLine.all(in: file).compactMap { line in
                Layers.objection(to: line.module, in: module).map { Finding(file.path, line.line, $0) }
            }
        }
    }
}

@Suite("Import direction") struct ImportDirectionTests {
    @Test func importsGoDownOnly() {
        expectNone(ImportDirection.findings(in: Tree.swift))
    }

    @Test(arguments: [
        ("FunctionTypes", "Host"), ("Host", "Worker"), ("Worker", "Host"), ("Gateway", "hearth"),
        ("ModelFiles", "Inference"), ("hearth", "hearth-worker"), ("Unheard", "FunctionTypes"),
    ])
    func aForbiddenImportIsReported(module: String, imported: String) {
        let file = TrackedFile(path: "Sources/\(module)/A.swift", text: "import \(imported)\n")
        #expect(ImportDirection.findings(in: [file]).count == 1)
    }

    @Test func allowedImportsAreNot() {
        let file = TrackedFile(
            path: "Sources/Host/A.swift", text: "import Scheduling\nimport Bundles\nimport Glibc\n")
        #expect(ImportDirection.findings(in: [file]).isEmpty)
    }
}
