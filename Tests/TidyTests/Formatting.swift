import Foundation
import TestSupport
import Testing

/// The formatter has nothing to say, and every public declaration is documented.
@Suite("Formatting") struct FormattingTests {
    private func lint(_ paths: [String]) throws -> CommandRun {
        let configuration = repositoryRoot.appending(path: ".swift-format").path
        return try CommandRun(
            ["swift", "format", "lint", "--strict", "--parallel", "--configuration", configuration] + paths,
            in: repositoryRoot, mergingErrors: true)
    }

    @Test func theFormatterHasNothingToSay() throws {
        let run = try lint(["--recursive", "Sources", "Tests", "Package.swift"])
        #expect(run.status == 0, "run `make format`, then document what is public:\n\(run.text)")
    }

    @Test func anUndocumentedDeclarationIsReported() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("public func bare() {}\n".utf8, to: "Bare.swift")
        let run = try lint([file])
        #expect(run.status != 0)
        #expect(run.text.contains("AllPublicDeclarationsHaveDocumentation"))
    }
}
