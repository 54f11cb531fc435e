import Testing

/// The table of modules in Docs/Architecture.md is the one that ``Layers`` holds against the imports.
enum ArchitectureTable {
    static let path = "Docs/Architecture.md"

    static func findings(in file: TrackedFile) -> [Finding] {
        let documented = rows(of: file)
        let real = Layers.modules.map { "\($0.layer) \($0.name)" }
        if documented == real { return [] }
        let missing = real.filter { !documented.contains($0) }.map { "lacks the row '\($0)'" }
        let surplus = documented.filter { !real.contains($0) }.map {
            "has the row '\($0)', which is not in Layers"
        }
        let messages = missing + surplus
        return (messages.isEmpty ? ["lists the modules in another order than Layers"] : messages).map {
            Finding(file.path, nil, $0)
        }
    }

    /// `layer module` for every row that begins with a number.
    private static func rows(of file: TrackedFile) -> [String] {
        file.lines.compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingPrefix(" ").prefix { $0 != " " } }
            guard cells.count >= 3, Int(cells[0]) != nil else { return nil }
            return "\(cells[0]) \(cells[1])"
        }
    }
}

@Suite("Architecture table") struct ArchitectureTableTests {
    @Test func theDocumentListsTheModulesAsTheyAre() throws {
        let file = try #require(
            Tree.all.first { $0.path == ArchitectureTable.path }, "the document is missing")
        expectNone(ArchitectureTable.findings(in: file))
    }

    @Test func aDifferenceIsReported() {
        let rows = Layers.modules.map { "| \($0.layer) | \($0.name) | words |" }
        func findings(_ rows: [String]) -> [Finding] {
            ArchitectureTable.findings(in: TrackedFile(path: "A.md", text: rows.joined(separator: "\n")))
        }
        #expect(findings(rows).isEmpty)
        #expect(findings(rows.dropLast()).count == 1)
        #expect(findings(rows + ["| 9 | Unheard | words |"]).count == 1)
        #expect(findings(rows.reversed()).count == 1)
    }
}
