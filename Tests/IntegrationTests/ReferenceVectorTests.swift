import Foundation
import Testing

extension IntegrationTests {
    /// The published model in every format, packed, deployed and called, against the vectors of
    /// sentence-transformers.
    @Suite("Reference vectors") struct ReferenceVectorTests {
        /// The least cosine of any reference sentence, by the format of the weights.
        private static let formats = [("f32", 0.99999), ("f16", 0.9999), ("q8_0", 0.999), ("q4_0", 0.99)]
        /// The reference sentences come first; after them come texts that try the tokenizer. Some of those
        /// consist of nothing but marks and unknown tokens, and a sum of so few roundings varies more.
        private static let sentences = 20
        private static let boundsBeyond = ["f32": 0.99999, "f16": 0.9999, "q8_0": 0.998, "q4_0": 0.98]

        @Test func everyFormatAgreesWithTheReference() async throws {
            let reference = try ReferenceModel()
            let source = try ReferenceModel.folder()
            let folder = try HostFolder()
            let host = try await RunningHost(in: folder)
            for (format, _) in Self.formats {
                let name = "minilm-\(format.replacing("_", with: "-"))"
                let packed = try await hearth(
                    ["pack", source, "-o", folder.path(name), "--quantize", format, "--name", name])
                #expect(packed.status == 0, "\(packed)")
                try await host.deploy(folder.path(name))
                try FileManager.default.removeItem(atPath: folder.path(name))
            }
            for (format, bound) in Self.formats {
                let name = "minilm-\(format.replacing("_", with: "-"))"
                let singles = try await Self.compareSingles(
                    reference, host, name, bound, beyond: try #require(Self.boundsBeyond[format]))
                try await Self.compareBatches(reference, host, name, singles)
                try await host.succeed("stop", name)
            }
        }

        /// Each item by itself: by text and by ids, on both routes.
        ///
        /// - Returns: the vectors.
        private static func compareSingles(
            _ reference: ReferenceModel, _ host: RunningHost, _ name: String, _ bound: Double,
            beyond: Double
        ) async throws -> [[Float]] {
            var vectors: [[Float]] = []
            for (index, item) in reference.items.enumerated() {
                let hint = "\(name), item \(index): \(item.text.prefix(40).debugDescription)"
                let byText = try await host.invoke(name, .text(item.text))
                let vector = try #require(byText.outputs.first, "\(hint)")
                #expect(byText.usage.tokens == item.ids.count, "\(hint)")
                let bound = index < sentences ? bound : beyond
                #expect(cosine(vector, item.vector) >= bound, "\(hint): \(cosine(vector, item.vector))")
                // The same ids give the same bits; other ids would not.
                let byIDs = try await host.invoke(name, .ids(item.ids))
                #expect(byIDs.outputs == [vector], "\(hint): the ids are not those of the reference")
                let openAI = try await host.embed(name, .text(item.text))
                #expect(openAI.data.map(\.embedding) == [vector], "\(hint)")
                #expect(openAI.usage.promptTokens == item.ids.count && openAI.model == name, "\(hint)")
                vectors.append(vector)
            }
            return vectors
        }

        /// All items in one request: every form of input, every encoding, both routes.
        private static func compareBatches(
            _ reference: ReferenceModel, _ host: RunningHost, _ name: String, _ singles: [[Float]]
        ) async throws {
            let texts = EmbeddingQuestion.Input.texts(reference.items.map(\.text))
            let lists = EmbeddingQuestion.Input.lists(reference.items.map(\.ids))
            let batch = try await host.invoke(name, texts).outputs
            #expect(batch.count == singles.count)
            for (index, vector) in batch.enumerated() {
                #expect(cosine(vector, singles[index]) > 0.999999, "\(name), item \(index)")
            }
            #expect(try await host.invoke(name, lists).outputs == batch, "\(name)")
            let tokens = reference.items.reduce(0) { $0 + $1.ids.count }
            for format in [nil, "float", "base64"] {
                let answer = try await host.embed(name, texts, format: format)
                #expect(answer.data.map(\.embedding) == batch, "\(name), \(format ?? "no format")")
                #expect(
                    answer.data.map(\.index) == Array(batch.indices) && answer.usage.totalTokens == tokens)
            }
            #expect(
                try await host.embed(name, lists, format: "base64").data.map(\.embedding) == batch, "\(name)")
            let one = try await host.embed(name, .ids(reference.items[0].ids), format: "base64")
            #expect(one.data.map(\.embedding) == [singles[0]], "\(name)")
        }
    }
}
