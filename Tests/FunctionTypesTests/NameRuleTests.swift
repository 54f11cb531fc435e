import FunctionTypes
import Testing

@Suite struct NameRuleTests {
    @Test(
        "good names",
        arguments: [
            "a", "0", "minilm", "all-minilm-l6.v2", "a_b", "a--b", "9z", String(repeating: "z", count: 63),
        ])
    func accepts(_ name: String) throws {
        #expect(try FunctionName(name).rawValue == name)
        #expect(try TenantID(name).rawValue == name)
        #expect(try AliasName(name).rawValue == name)
    }

    @Test(
        "bad names, with the cause",
        arguments: [
            ("", "is empty"), (String(repeating: "a", count: 64), "64 bytes"), ("A", "not allowed at byte 1"),
            ("a b", "at byte 2"), ("ä", "at byte 1"), ("a/b", "at byte 2"), ("a@b", "at byte 2"),
            ("a\u{0}", "at byte 2"),
            ("a\n", "at byte 2"), ("-a", "starts or ends with '-'"), ("a.", "starts or ends with '.'"),
            (".", "starts or ends"),
            ("..", "starts or ends"), ("_", "starts or ends"), ("a%2fb", "at byte 2"),
            ("a\u{202e}", "at byte 2"),
        ])
    func refuses(_ name: String, _ cause: String) {
        let error = #expect(throws: HearthError.self) { try FunctionName(name) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("function name") == true)
    }

    @Test func aMessageShowsNoControlCharactersAndNoEndlessNames() {
        let error = #expect(throws: HearthError.self) {
            try FunctionName("a\u{1b}[31m" + String(repeating: "x", count: 500))
        }
        #expect(error?.message.unicodeScalars.contains("\u{1b}") == false)
        #expect((error?.message.count ?? 0) < 200)
    }
}
