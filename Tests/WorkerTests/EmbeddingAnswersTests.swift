import Foundation
import FunctionTypes
import Testing

@testable import Worker

/// The bodies of answers: JSON from which everybody gets the very numbers that the model computed.
struct EmbeddingAnswersTests {
    /// Finite numbers of every exponent and sign, at the ends and in the middle of each.
    private static let numbers: [Float] = (0...1 as ClosedRange<UInt32>).flatMap { sign in
        (0...254 as ClosedRange<UInt32>).flatMap { exponent in
            ([0, 1, 0x40_0000, 0x55_5555, 0x7F_FFFE, 0x7F_FFFF] as [UInt32]).map { fraction in
                Float(bitPattern: sign << 31 | exponent << 23 | fraction)
            }
        }
    }

    private func answer(_ vectors: [[Float]]) -> EmbeddingService.Answer {
        EmbeddingService.Answer(
            vectors: vectors, tokens: 42, truncated: [1, 3], tokenizeNanoseconds: 1_234_567,
            inferNanoseconds: 999)
    }

    private func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    private func vector(_ value: Any?) throws -> [Float] {
        try #require(value as? [NSNumber]).map { Float($0.doubleValue) }
    }

    @Test func theNativeAnswerHasEveryPart() throws {
        let bytes = EmbeddingAnswers.invocation(
            answer([[1, -0.5], [0, 0.25]]), function: "min\"i\\lm", revision: "ab", requestID: "r\n1")
        let object = try object(bytes)
        let outputs = try #require(object["outputs"] as? [Any])
        #expect(try outputs.map { try vector($0) } == [[1, -0.5], [0, 0.25]])
        #expect(object["function"] as? String == "min\"i\\lm")
        #expect(object["revision"] as? String == "ab")
        #expect(object["request_id"] as? String == "r\n1")
        #expect(object["truncated"] as? [Int] == [1, 3])
        #expect((object["usage"] as? [String: Int]) == ["tokens": 42])
        #expect((object["timings"] as? [String: Double]) == ["tokenize_ms": 1.234, "infer_ms": 0])
        #expect(
            Set(object.keys) == [
                "outputs", "function", "revision", "request_id", "timings", "usage", "truncated",
            ])
    }

    @Test func theOpenAIAnswerHasEveryPart() throws {
        let object = try object(EmbeddingAnswers.openAI(answer([[1], [2]]), model: "m", base64: false))
        #expect(object["object"] as? String == "list")
        #expect(object["model"] as? String == "m")
        #expect(object["usage"] as? [String: Int] == ["prompt_tokens": 42, "total_tokens": 42])
        let data = try #require(object["data"] as? [[String: Any]])
        #expect(data.map { $0["index"] as? Int } == [0, 1])
        #expect(data.allSatisfy { $0["object"] as? String == "embedding" })
        #expect(try data.map { try vector($0["embedding"]) } == [[1], [2]])
    }

    @Test func numbersReadBackBitByBit() throws {
        let object = try object(EmbeddingAnswers.openAI(answer([Self.numbers]), model: "m", base64: false))
        let data = try #require(object["data"] as? [[String: Any]])
        let read = try vector(data.first?["embedding"])
        #expect(read.map(\.bitPattern) == Self.numbers.map(\.bitPattern))
    }

    @Test func base64HoldsTheLittleEndianBytes() throws {
        let bytes = EmbeddingAnswers.openAI(answer([Self.numbers, [1]]), model: "m", base64: true)
        let data = try #require(try object(bytes)["data"] as? [[String: Any]])
        let texts = try data.map { try #require($0["embedding"] as? String) }
        #expect(texts[1] == "AACAPw==")
        let raw = [UInt8](try #require(Data(base64Encoded: texts[0])))
        #expect(raw.count == Self.numbers.count * 4)
        let read = stride(from: 0, to: raw.count, by: 4).map { start in
            raw[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        #expect(read == Self.numbers.map(\.bitPattern))
    }

    @Test func anAnswerMayBeEmpty() throws {
        let object = try object(
            EmbeddingAnswers.invocation(answer([]), function: "f", revision: "", requestID: ""))
        #expect((object["outputs"] as? [Any])?.isEmpty == true)
        #expect(
            try vector(
                (self.object(EmbeddingAnswers.openAI(answer([[]]), model: "m", base64: false))["data"]
                    as? [[String: Any]])?.first?["embedding"]) == [])
    }

    @Test(
        arguments: [
            (0, "0.000"), (999, "0.000"), (1000, "0.001"), (1_234_567, "1.234"), (10_000_000, "10.000"),
            (60_000_010_000, "60000.010"),
        ] as [(Int64, String)])
    func milliseconds(nanoseconds: Int64, text: String) {
        #expect(EmbeddingAnswers.milliseconds(nanoseconds) == text)
    }
}
