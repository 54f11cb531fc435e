import Testing

@testable import Sandbox

struct AllowedPathsTests {
    private let allowed = AllowedPaths(roots: ["/usr", "/state/code"])

    @Test(arguments: ["/usr", "/usr/lib", "/state/code/abc"])
    func whatIsBelowAnAllowedFolderIsShown(path: String) { #expect(allowed.allow(path)) }

    @Test(arguments: [
        "/", "/usrlocal", "/etc", "/state", "/state/codex", "usr", "", "/usr/../etc",
        "/state/code/../registry.sqlite",
    ])
    func nothingElseIs(path: String) { #expect(!allowed.allow(path)) }
}
