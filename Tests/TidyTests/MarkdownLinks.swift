import Foundation
import TestSupport
import Testing

/// A link to a file of the repository leads there.
enum MarkdownLinks {
    static func findings(in files: [TrackedFile], exists: (String) -> Bool) -> [Finding] {
        files.flatMap { file in
            MarkdownText(file).links.compactMap { link in
                guard let path = localPath(of: link, from: file.path), !exists(path) else { return nil }
                return Finding(file.path, link.line, "links to \(path), which does not exist")
            }
        }
    }

    /// The path from the root that a relative link means; nil for the web and for places in the same file.
    static func localPath(of link: MarkdownText.Link, from path: String) -> String? {
        let target = String(link.target.prefix { $0 != "#" })
        if target.isEmpty || target.contains("://") || target.hasPrefix("mailto:") { return nil }
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") where part != "." {
            if part == "..", !parts.isEmpty, parts.last != ".." {
                parts.removeLast()
            } else {
                parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}

@Suite("Markdown links") struct MarkdownLinksTests {
    @Test func everyLinkLeadsSomewhere() {
        expectNone(
            MarkdownLinks.findings(in: Tree.markdown) { path in
                FileManager.default.fileExists(atPath: repositoryRoot.appending(path: path).path)
            })
    }

    @Test func aBrokenLinkIsReported() {
        let text = "# A\n[a](../README.md#x) [b](B.md) [c](https://example.com) [d](#top) [e](../../up.md)\n"
        let file = TrackedFile(path: "Docs/A.md", text: text)
        let findings = MarkdownLinks.findings(in: [file]) { $0 == "README.md" }
        #expect(
            findings.map(\.message) == [
                "links to Docs/B.md, which does not exist", "links to ../up.md, which does not exist",
            ])
    }
}
