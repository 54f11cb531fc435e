import Foundation
import Testing

@testable import Worker

@Suite("Answers of a worker")
struct EmbeddingAnswersTests {
    private let answer = EmbeddingService.Answer(
        vectors: [[0.1, -1e-30, .leastNonzeroMagnitude, 3.4e38], [1, 0, -0.0, 0.3333333]], tokens: 7,
        truncated: [1],
        tokenizeNanoseconds: 12_345, inferNanoseconds: 1_002_000_999)

    @Test("numbers read back bit for bit")
    func floats() throws {
        let bytes = EmbeddingAnswers.invocation(answer, function: "f", revision: "r", requestID: "a\"b")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let text = String(decoding: bytes, as: UTF8.self)
        let vectors = try JSONDecoder().decode(Outputs.self, from: Data(bytes)).outputs
        #expect(
            vectors.map { $0.map(\.bitPattern) } == answer.vectors.map { $0.map(\.bitPattern) }, "\(text)")
        #expect(object["request_id"] as? String == "a\"b")
        #expect(object["truncated"] as? [Int] == [1])
        #expect(object["timings"] as? [String: Double] == ["tokenize_ms": 0.012, "infer_ms": 1002])
    }

    @Test("base64 holds the same numbers, little-endian")
    func base64() throws {
        let bytes = EmbeddingAnswers.openAI(answer, model: "m", base64: true)
        let object = try JSONDecoder().decode(Listing.self, from: Data(bytes))
        for (entry, vector) in zip(object.data, answer.vectors) {
            let data = try #require(Data(base64Encoded: entry.embedding))
            let values = stride(from: 0, to: data.count, by: 4).map { Self.word(data, at: $0) }
            #expect(values == vector.map(\.bitPattern))
        }
        #expect(object.data.map(\.index) == [0, 1] && object.usage.total_tokens == 7)
    }

    private static func word(_ data: Data, at offset: Int) -> UInt32 {
        var word: UInt32 = 0
        for byte in (0..<4).reversed() { word = word << 8 | UInt32(data[offset + byte]) }
        return word
    }

    private struct Outputs: Decodable {
        var outputs: [[Float]]
    }

    private struct Listing: Decodable {
        struct Entry: Decodable {
            var index: Int
            var embedding: String
        }
        struct Usage: Decodable {
            var total_tokens: Int
        }
        var data: [Entry]
        var usage: Usage
    }
}
