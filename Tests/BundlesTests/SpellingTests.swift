import Testing

@testable import Bundles

@Suite struct SpellingTests {
    @Test(
        "how far words are apart",
        arguments: [
            ("", "", 0), ("a", "", 1), ("memroy", "memory", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
            ("ab", "ba", 1),
            ("threads", "thread", 1),
        ])
    func distance(_ a: String, _ b: String, _ distance: Int) {
        #expect(Spelling.distance(Array(a.utf8), Array(b.utf8)) == distance)
        #expect(Spelling.distance(Array(b.utf8), Array(a.utf8)) == distance)
    }

    @Test func onlyANearWordIsOffered() {
        let known = ["memory", "threads", "timeout", "maxBody"]
        #expect(Spelling.nearest(to: "memry", among: known) == "memory")
        #expect(Spelling.nearest(to: "maxbody", among: known) == "maxBody")
        #expect(Spelling.nearest(to: "max_body", among: known) == "maxBody")
        #expect(Spelling.nearest(to: "gpu", among: known) == nil)
        #expect(Spelling.nearest(to: String(repeating: "m", count: 100_000), among: known) == nil)
        #expect(Spelling.nearest(to: "x", among: []) == nil)
    }
}
