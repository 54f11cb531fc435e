import Testing

/// One breach of a rule: where it is, and what to do about it.
struct Finding: Hashable, CustomStringConvertible {
    /// Path from the root of the repository.
    var path: String
    /// Line, counted from 1; nil where the finding is about the file or the folder as a whole.
    var line: Int?
    /// What is wrong and what to do.
    var message: String

    init(_ path: String, _ line: Int? = nil, _ message: String) {
        self.path = path
        self.line = line
        self.message = message
    }

    /// As compilers print it, so that editors jump to the place.
    var description: String {
        guard let line else { return "\(path): \(message)" }
        return "\(path):\(line): \(message)"
    }
}

/// Fails the test with every finding, one a line.
func expectNone(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
    let report = findings.map(\.description).sorted().joined(separator: "\n")
    #expect(findings.isEmpty, "\(findings.count) findings:\n\(report)", sourceLocation: sourceLocation)
}
