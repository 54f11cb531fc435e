import Testing

/// A document has one title, and it is the first thing in it.
enum MarkdownTitle {
    static func findings(in files: [TrackedFile]) -> [Finding] {
        files.flatMap { file -> [Finding] in
            let lines = MarkdownText(file).lines
            let titles = lines.filter { $0.text.hasPrefix("# ") }
            if titles.count > 1 {
                return titles.dropFirst().map { Finding(file.path, $0.number, "a second title; use ##") }
            }
            guard let first = lines.first(where: { !$0.text.isEmpty }), first.text.hasPrefix("# ") else {
                return [Finding(file.path, nil, "does not begin with a `# Title`")]
            }
            return []
        }
    }
}

@Suite("Markdown title") struct MarkdownTitleTests {
    @Test func everyDocumentHasOneTitle() {
        expectNone(MarkdownTitle.findings(in: Tree.markdown))
    }

    @Test(arguments: ["", "text\n", "# A\n# B\n", "text\n# A\n", "## A\n"])
    func aMissingOrASecondTitleIsReported(text: String) {
        #expect(MarkdownTitle.findings(in: [TrackedFile(path: "A.md", text: text)]).count == 1)
    }

    @Test func aCommentInCodeIsNoTitle() {
        let file = TrackedFile(path: "A.md", text: "# A\n\n```sh\n# run it\n```\n")
        #expect(MarkdownTitle.findings(in: [file]).isEmpty)
    }
}
