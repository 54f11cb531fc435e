import FunctionTypes
import Testing

@Suite struct FunctionReferenceTests {
    @Test func aBareNameMeansTheLiveAlias() throws {
        let reference = try FunctionReference("minilm")
        #expect(reference.name.rawValue == "minilm")
        #expect(reference.target == .alias(.live))
        #expect(reference.description == "minilm")
        #expect(try FunctionReference("minilm@live") == reference)
    }

    @Test func aWordAfterTheSignIsAnAlias() throws {
        let reference = try FunctionReference("minilm@canary-2")
        #expect(reference.target == .alias(try AliasName("canary-2")))
        #expect(reference.description == "minilm@canary-2")
    }

    @Test(
        "eight or more hexadecimal digits are a revision",
        arguments: ["deadbeef", "012345678", String(repeating: "a", count: 64)])
    func digits(_ digits: String) throws {
        for text in ["f@" + digits, "f@sha256:" + digits] {
            let reference = try FunctionReference(text)
            #expect(reference.target == .revision(try #require(RevisionPrefix(digits))))
            #expect(reference.description == "f@" + digits)
        }
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "@", "f@", "@live", "f@a@b", "F", "f@Live", "f@DEADBEEF", "f@sha256:abc", "f@sha256:",
            "f@" + String(repeating: "a", count: 65), "f/x", "f@a b", "f\u{0}", "f@\n",
        ])
    func refuses(_ text: String) {
        let error = #expect(throws: HearthError.self) { try FunctionReference(text) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func sevenDigitsAreAnAliasBecauseTheyAreNoRevision() throws {
        #expect(try FunctionReference("f@abcdef1").target == .alias(try AliasName("abcdef1")))
        let error = #expect(throws: HearthError.self) { try AliasName("abcdef12") }
        #expect(error?.message.contains("reads like a revision") == true)
    }

    @Test func aPrefixMatchesTheRevisionsThatStartSo() throws {
        let revision = try #require(RevisionID(hex: "abcdef12" + String(repeating: "0", count: 56)))
        #expect(RevisionPrefix("abcdef12")?.matches(revision) == true)
        #expect(RevisionPrefix("abcdef120")?.matches(revision) == true)
        #expect(RevisionPrefix("abcdef121")?.matches(revision) == false)
        #expect(RevisionPrefix(revision.description)?.matches(revision) == true)
    }
}
