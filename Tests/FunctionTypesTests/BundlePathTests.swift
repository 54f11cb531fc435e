import FunctionTypes
import Testing

@Suite struct BundlePathTests {
    @Test(
        "good paths",
        arguments: ["model.gguf", "a/b/c.txt", "größe.gguf", "...", "a b", ".hidden", "🔥.gguf", "~/x"])
    func accepts(_ path: String) throws {
        #expect(try BundlePath(path).rawValue == path)
    }

    @Test(
        "bad paths, with the cause",
        arguments: [
            ("", "is empty"), ("/etc/passwd", "is absolute"), ("..", "'.' or '..'"), ("../x", "'.' or '..'"),
            ("a/../b", "'.' or '..'"), ("./a", "'.' or '..'"), ("a/.", "'.' or '..'"), ("a//b", "empty name"),
            ("a/", "empty name"),
            ("a\\b", "backslash"), ("a\u{0}b", "control"), ("a\nb", "control"), ("a\u{7f}", "control"),
            ("a\u{202e}b", "formatting"), ("a\u{2028}b", "formatting"), ("a\u{feff}", "formatting"),
            (String(repeating: "a", count: 256), "256 bytes"),
            (String(repeating: "a/", count: 600) + "b", "1201 bytes"),
        ])
    func refuses(_ path: String, _ cause: String) {
        let error = #expect(throws: HearthError.self) { try BundlePath(path) }
        #expect(error?.code == .invalidManifest)
        #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
    }

    @Test func pathsThatUnicodeCallsEquivalentStayDifferent() throws {
        let composed = try BundlePath("\u{e9}.gguf")
        let decomposed = try BundlePath("e\u{301}.gguf")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(composed.rawValue == decomposed.rawValue, "as strings they are equal")
        #expect(decomposed < composed)
    }
}
