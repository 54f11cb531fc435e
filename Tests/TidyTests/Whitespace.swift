import Testing

/// Code ends with a line break, indents with spaces, and has nothing invisible at the end of a line.
enum Whitespace {
    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.flatMap { file -> [Finding] in
            guard let text = file.text, !text.isEmpty else { return [] }
            var findings: [Finding] = []
            if !text.hasSuffix("\n") { findings.append(Finding(file.path, nil, "ends without a line break")) }
            if text.hasSuffix("\n\n") { findings.append(Finding(file.path, nil, "ends with an empty line")) }
            for (index, line) in file.lines.enumerated() {
                if line.contains("\t") {
                    findings.append(Finding(file.path, index + 1, "has a tab; use spaces"))
                }
                if line.contains("\r") {
                    findings.append(Finding(file.path, index + 1, "has a carriage return"))
                }
                if line.last == " " { findings.append(Finding(file.path, index + 1, "ends with a space")) }
            }
            return findings
        }
    }
}

@Suite("Whitespace") struct WhitespaceTests {
    @Test func codeHasNothingInvisible() {
        expectNone(Whitespace.findings(in: Tree.code))
    }

    @Test(arguments: ["a", "a\n\n", "\ta\n", "a \n", "a\r\n"])
    func invisibleThingsAreReported(text: String) {
        #expect(!Whitespace.findings(in: [TrackedFile(path: "A.swift", text: text)]).isEmpty)
        #expect(Whitespace.findings(in: [TrackedFile(path: "A.swift", text: "a\n")]).isEmpty)
    }
}
