import Testing

/// A file is one concept: 400 lines at most, and half of the files of Sources have no more than 100.
enum FileLength {
    static let limit = 400
    static let medianLimit = 100

    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.filter { $0.lines.count > limit }.map {
            Finding($0.path, nil, "has \($0.lines.count) lines, more than \(limit); one concept a file")
        }
    }

    static func medianFindings(in files: [TrackedFile]) -> [Finding] {
        let lengths = files.map(\.lines.count).sorted()
        guard !lengths.isEmpty else { return [Finding("Sources", nil, "holds no Swift file")] }
        let median = lengths[lengths.count / 2]
        guard median > medianLimit else { return [] }
        return [Finding("Sources", nil, "the median file has \(median) lines, more than \(medianLimit)")]
    }
}

@Suite("File length") struct FileLengthTests {
    @Test func everyFileIsOneConcept() {
        expectNone(FileLength.findings(in: Tree.code))
    }

    @Test func halfOfTheSourcesAreShort() {
        expectNone(FileLength.medianFindings(in: Tree.swift.filter { $0.isIn("Sources") }))
    }

    @Test func aLongFileAndALongMedianAreReported() {
        let long = TrackedFile(path: "Long.swift", text: String(repeating: "a\n", count: 401))
        let edge = TrackedFile(path: "Edge.swift", text: String(repeating: "a\n", count: 400))
        #expect(FileLength.findings(in: [long, edge]).map(\.path) == ["Long.swift"])
        #expect(FileLength.medianFindings(in: [long, edge]).count == 1)
        #expect(FileLength.medianFindings(in: [TrackedFile(path: "S.swift", text: "a\n")]).isEmpty)
        #expect(FileLength.medianFindings(in: []).count == 1)
    }
}
