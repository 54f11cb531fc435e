import FunctionTypes
import Testing

@Suite struct HostDirectoryTests {
    @Test(
        "good directories",
        arguments: [
            "/usr", "/usr/lib/python3", "/a b", "/größe", "/.hidden", "/...", "/a\\b", "/a\u{200d}b",
            "/" + String(repeating: "a", count: 1023),
        ])
    func accepts(_ path: String) throws {
        #expect(try HostDirectory(path).rawValue == path)
        #expect(try HostDirectory(path).description == path)
    }

    @Test(
        "bad directories, with the cause",
        arguments: [
            ("", "is empty"), ("usr", "is not absolute"), ("./usr", "is not absolute"),
            ("~", "is not absolute"),
            ("/", "is the root"), ("//", "empty name"), ("//usr", "empty name"), ("/usr//lib", "empty name"),
            ("/usr/", "empty name"), ("/.", "'.' or '..'"), ("/usr/./lib", "'.' or '..'"),
            ("/..", "'.' or '..'"), ("/usr/../etc", "'.' or '..'"), ("/usr/..", "'.' or '..'"),
            ("/a\u{0}b", "control"), ("/a\nb", "control"), ("/a\u{7f}", "control"), ("/a\u{85}", "control"),
            ("/" + String(repeating: "a", count: 1024), "has 1025 bytes, more than 1024"),
        ])
    func refuses(_ path: String, _ cause: String) {
        let error = #expect(throws: HearthError.self) { try HostDirectory(path) }
        #expect(error?.code == .invalidManifest)
        #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
        #expect(error?.remedy?.isEmpty == false)
    }

    @Test func directoriesThatUnicodeCallsEquivalentStayDifferent() throws {
        let (composed, decomposed) = (try HostDirectory("/\u{e9}"), try HostDirectory("/e\u{301}"))
        #expect(composed != decomposed)
        #expect(composed.rawValue == decomposed.rawValue, "as strings they are equal")
    }
}
