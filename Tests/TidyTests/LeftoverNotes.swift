import Testing

/// Notes to oneself do not outlive the change that they were written in.
enum LeftoverNotes {
    // In two halves, so that this file obeys the rule that it states.
    private static let notes = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]

    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.flatMap { file in
            file.lines.enumerated().flatMap { index, line in
                notes.filter { isWord($0, in: line) }.map {
                    Finding(file.path, index + 1, "a leftover \($0); do it, or write it into the documents")
                }
            }
        }
    }

    private static func isWord(_ note: String, in line: Substring) -> Bool {
        line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == note }
    }
}

@Suite("Leftover notes") struct LeftoverNotesTests {
    @Test func noNoteIsLeftOver() {
        expectNone(LeftoverNotes.findings(in: Tree.all.filter { $0.fileExtension != "json" }))
    }

    @Test func aNoteIsReportedInCodeAndInProse() {
        let code = TrackedFile(path: "A.swift", text: "let a = 1\n// " + "TO" + "DO: more\n")
        let prose = TrackedFile(path: "A.md", text: "(" + "FIX" + "ME)\n")
        let good = TrackedFile(path: "run.sh", text: "mktemp -d /tmp/hearth." + "XXXXXX\n")
        let findings = LeftoverNotes.findings(in: [code, prose, good])
        #expect(findings.map(\.line) == [2, 1])
    }
}
