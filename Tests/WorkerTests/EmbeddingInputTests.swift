import FunctionTypes
import Testing

@testable import Worker

/// What may be embedded, in its four forms.
struct EmbeddingInputTests {
    private func read(_ json: String) throws(HearthError) -> EmbeddingInput {
        try RequestBody.decode(
            InvocationRequest.self, from: Array("{\"inputs\":\(json)}".utf8), fields: InvocationRequest.fields
        ).inputs
    }

    private func texts(_ json: String) throws -> [String]? {
        if case .texts(let texts) = try read(json) { texts } else { nil }
    }

    private func tokens(_ json: String) throws -> [[Int32]]? {
        if case .tokens(let lists) = try read(json) { lists } else { nil }
    }

    @Test func textsAloneAndInLists() throws {
        #expect(try texts(#""a""#) == ["a"])
        #expect(try texts(#""""#) == [""])
        #expect(try texts(#"["a","","é\u00e9\ud83d\udd25"]"#) == ["a", "", "éé\u{1F525}"])
        #expect(try texts("[]") == [])
    }

    @Test func tokensAloneAndInLists() throws {
        #expect(try tokens("[101,2023,102]") == [[101, 2023, 102]])
        #expect(try tokens("[[101],[7,8]]") == [[101], [7, 8]])
        #expect(try tokens("[-1,2147483647,-2147483648]") == [[-1, .max, .min]])
        #expect(try tokens("[[],[1]]") == [[], [1]])
    }

    @Test func numbersWithAFractionOrTooLargeAreNoTokens() {
        for json in ["[1.5]", "[2147483648]", "[[1],[1.5]]", "[1e10]"] {
            #expect(throws: HearthError.self, "\(json)") { try read(json) }
        }
    }

    @Test func boundsNameTheField() throws {
        try EmbeddingInput.texts([""]).checkBounds(field: "input")
        try EmbeddingInput.tokens([[1]]).checkBounds(field: "input")
        let longest = EmbeddingInput.texts([String](repeating: "a", count: EmbeddingInput.largestBatch))
        try longest.checkBounds(field: "input")
        for (input, words) in [
            (EmbeddingInput.texts([]), ["'inputs'", "empty"]), (.tokens([]), ["'inputs'", "empty"]),
            (.texts([String](repeating: "a", count: 2049)), ["'inputs'", "2049", "2048"]),
            (.tokens([[1], [], []]), ["'inputs'", "Input 1", "no token"]),
        ] {
            let error = #expect(throws: HearthError.self) { try input.checkBounds(field: "inputs") }
            #expect(error?.code == .invalidRequest)
            for word in words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "")") }
        }
    }
}
