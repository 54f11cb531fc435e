import Foundation
import TestSupport
import Testing

/// Every promise of Docs/Specification.md names the test that shows it, or says `pending`.
///
/// Promises are the rows of its tables. The last cell holds links, `[name of the
/// test](../Tests/…/File.swift)`, or the word pending; the file must contain the name.
enum SpecificationProof {
    static let path = "Docs/Specification.md"

    static func findings(in file: TrackedFile, contents: (String) -> String?) -> [Finding] {
        let rows = file.lines.enumerated().filter { _, line in line.hasPrefix("|") && !isFrame(line) }
        guard !rows.isEmpty else { return [Finding(file.path, nil, "promises nothing")] }
        return rows.flatMap { index, line -> [Finding] in
            let cell = line.split(separator: "|").last.map(String.init) ?? ""
            if cell.contains("pending") { return [] }
            let links = MarkdownText(TrackedFile(path: file.path, text: cell)).links
            if links.isEmpty {
                return [
                    Finding(
                        file.path, index + 1, "a promise without a link to its test and without `pending`")
                ]
            }
            return links.compactMap { link in
                objection(to: link, from: file.path, contents: contents).map {
                    Finding(file.path, index + 1, $0)
                }
            }
        }
    }

    /// The line of dashes under a table's head, and the head itself, which calls the last column "shown by".
    private static func isFrame(_ line: Substring) -> Bool {
        line.allSatisfy { "|-: ".contains($0) } || line.contains("shown by |")
    }

    private static func objection(
        to link: MarkdownText.Link, from path: String, contents: (String) -> String?
    ) -> String? {
        guard let target = MarkdownLinks.localPath(of: link, from: path), let text = contents(target) else {
            return "links to \(link.target), which does not exist"
        }
        return text.contains(link.text) ? nil : "\(target) has no test '\(link.text)'"
    }
}

@Suite("Specification proof") struct SpecificationProofTests {
    @Test func everyPromiseNamesItsTestOrIsPending() throws {
        let file = try #require(
            Tree.all.first { $0.path == SpecificationProof.path }, "the document is missing")
        expectNone(
            SpecificationProof.findings(in: file) { path in
                try? String(contentsOf: repositoryRoot.appending(path: path), encoding: .utf8)
            })
    }

    @Test func aPromiseWithoutProofIsReported() {
        let text = """
            # S
            | promise | shown by |
            |---|---|
            | one | [oneHolds](../Tests/A.swift) |
            | two | pending |
            | three | by hand |
            | four | [fourHolds](../Tests/A.swift) |
            | five | [fiveHolds](../Tests/B.swift) |
            """
        let file = TrackedFile(path: "Docs/Specification.md", text: text)
        let findings = SpecificationProof.findings(in: file) { path in
            path == "Tests/A.swift" ? "@Test func oneHolds() {}" : nil
        }
        #expect(findings.map(\.line) == [6, 7, 8])
        #expect(
            SpecificationProof.findings(in: TrackedFile(path: "S.md", text: "# S\n")) { _ in nil }.count == 1)
    }
}
