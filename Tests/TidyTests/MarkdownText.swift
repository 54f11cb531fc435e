import Testing

/// A markdown file by lines, without what stands in code.
struct MarkdownText {
    struct Line {
        let number: Int
        /// The line, its inline code blank.
        let text: String
    }

    /// A link to a place in the repository or elsewhere.
    struct Link: Equatable {
        let text: String
        let target: String
        let line: Int
    }

    let lines: [Line]

    init(_ file: TrackedFile) {
        var isFenced = false
        var lines: [Line] = []
        for (index, line) in file.lines.enumerated() {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isFenced.toggle()
            } else if !isFenced {
                lines.append(Line(number: index + 1, text: Self.withoutCode(line)))
            }
        }
        self.lines = lines
    }

    private static func withoutCode(_ line: Substring) -> String {
        var isCode = false
        return String(
            line.map { character in
                if character == "`" { isCode.toggle() }
                return isCode && character != "`" ? " " : character
            })
    }

    /// `[text](target)`, with an optional title after the target.
    var links: [Link] {
        lines.flatMap { line in
            line.text.matches(of: /\[([^\]]*)\]\(([^)\s]+)[^)]*\)/).map { match in
                Link(text: String(match.1), target: String(match.2), line: line.number)
            }
        }
    }
}

@Suite("Markdown text") struct MarkdownTextTests {
    @Test func codeIsLeftOut() {
        let text = "# A\n```\n# B [x](y)\n```\n`[c](d)` [e f](g.md#h \"title\")\n"
        let markdown = MarkdownText(TrackedFile(path: "A.md", text: text))
        #expect(markdown.lines.map(\.number) == [1, 5])
        #expect(markdown.links == [MarkdownText.Link(text: "e f", target: "g.md#h", line: 5)])
    }
}
