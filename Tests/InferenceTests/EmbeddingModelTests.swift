import Kernels
import ModelFiles
import TestSupport
import Testing

@testable import Inference

@Suite("Embedding model") struct EmbeddingModelTests {
    static let sets = InstructionSet.allCases.filter(\.isAvailable)

    /// Rounding to 8 bits may fall on the other side where the values before it differ in their last bit. Of
    /// 1,800 vectors from 60 seeds the farthest was 0.006 away; a step left out of the formulas moves them by
    /// tenths.
    private func tolerance(_ format: WeightFormat) -> Double { format.usesIntegerRows ? 2e-2 : 1e-5 }

    private func distance(_ a: [Double], _ b: [Float]) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1)) }.squareRoot()
    }

    @Test(arguments: sets, WeightFormat.allCases)
    func agreesWithTheFormulas(set: InstructionSet, format: WeightFormat) throws {
        var generator = SeededGenerator()
        let synthetic = SyntheticBert(&generator, format)
        let model = try EmbeddingModel(synthetic.file(in: TemporaryFolder()), instructionSet: set)
        let sequences = SyntheticBert.sequences(&generator, lengths: [1, 5, 16, 19, 2])
        let vectors = try model.embed(sequences)
        #expect(vectors.count == sequences.count)
        var distances: [Double] = []
        for (sequence, vector) in zip(sequences, vectors) {
            let expected = ScalarBert(model: synthetic).embed(sequence)
            #expect(vector.count == model.dimension)
            distances.append(distance(expected, vector))
            #expect(distances.last ?? .infinity < tolerance(format), "\(sequence.count) tokens \(generator)")
        }
        // Such a fall is rare, one vector in a hundred; an error in the formulas moves all of them.
        #expect(distances.sorted()[distances.count / 2] < 1e-3, "\(distances) \(generator)")
    }

    @Test(arguments: sets)
    func formatsMayBeMixedInOneLayer(set: InstructionSet) throws {
        var generator = SeededGenerator()
        var synthetic = SyntheticBert(&generator, .q4_0)
        for (name, format) in [("attn_k", WeightFormat.f16), ("attn_v", .q8_0), ("ffn_up", .f32)] {
            synthetic.tensors["blk.0.\(name).weight"]?.format = format
        }
        let model = try EmbeddingModel(synthetic.file(in: TemporaryFolder()), instructionSet: set)
        let sequence = SyntheticBert.sequences(&generator, lengths: [11])[0]
        let vector = try #require(try model.embed([sequence]).first)
        #expect(
            distance(ScalarBert(model: synthetic).embed(sequence), vector) < tolerance(.q4_0), "\(generator)")
    }

    @Test(arguments: sets, WeightFormat.allCases)
    func aBatchGivesWhatItsSequencesGiveAlone(set: InstructionSet, format: WeightFormat) throws {
        var generator = SeededGenerator()
        let file = try SyntheticBert(&generator, format).file(in: TemporaryFolder())
        let model = try EmbeddingModel(file, instructionSet: set)
        // More than a micro-batch together, one of them longer than a micro-batch.
        let sequences = SyntheticBert.sequences(&generator, lengths: [3, 100, 150, 7, 300, 1, 130, 16])
        let together = try model.embed(sequences)
        let alone = try sequences.map { try model.embed([$0])[0] }
        #expect(together == alone, "\(generator)")
    }

    @Test(arguments: WeightFormat.allCases)
    func threadsChangeNothing(format: WeightFormat) throws {
        var generator = SeededGenerator()
        let file = try SyntheticBert(&generator, format).file(in: TemporaryFolder())
        let sequences = SyntheticBert.sequences(&generator, lengths: [40, 3, 200])
        let one = try EmbeddingModel(file, threads: 1).embed(sequences)
        for threads in [2, 3] {
            #expect(try EmbeddingModel(file, threads: threads).embed(sequences) == one, "\(generator)")
        }
    }

    @Test func theFirstTokenCanStandForTheSequence() throws {
        var generator = SeededGenerator()
        var synthetic = SyntheticBert(&generator)
        synthetic.set("bert.pooling_type", .uint32(2))
        let model = try EmbeddingModel(synthetic.file(in: TemporaryFolder()))
        let sequence = SyntheticBert.sequences(&generator, lengths: [9])[0]
        let vector = try #require(try model.embed([sequence]).first)
        let expected = ScalarBert(model: synthetic, poolsFirst: true).embed(sequence)
        #expect(distance(expected, vector) < 1e-5, "\(generator)")
    }

    @Test func poolingIsTheMeanWhereTheFileSaysNothing() throws {
        var generator = SeededGenerator()
        var synthetic = SyntheticBert(&generator)
        let sequences = SyntheticBert.sequences(&generator, lengths: [9, 4])
        let said = try EmbeddingModel(synthetic.file(in: TemporaryFolder())).embed(sequences)
        synthetic.set("bert.pooling_type", nil)
        let unsaid = try EmbeddingModel(synthetic.file(in: TemporaryFolder())).embed(sequences)
        #expect(said == unsaid)
    }

    @Test func theFileMayShortenSequences() throws {
        var generator = SeededGenerator()
        var synthetic = SyntheticBert(&generator)
        for (said, expected) in [(12, 12), (100_000, SyntheticBert.positions)] {
            synthetic.set("hearth.max_sequence_length", .uint32(UInt32(said)))
            let model = try EmbeddingModel(synthetic.file(in: TemporaryFolder()))
            #expect(model.maximumTokens == expected)
        }
    }

    @Test func badSequencesAreRefusedAndGoodOnesStillServed() throws {
        var generator = SeededGenerator()
        let model = try EmbeddingModel(SyntheticBert(&generator).file(in: TemporaryFolder()))
        func code(_ sequence: [Int32]) -> InferenceError.Code? {
            do {
                _ = try model.embed([[1, 2], sequence])
                return nil
            } catch let error as InferenceError {
                return error.description.contains("sequence 1") ? error.code : nil
            } catch { return nil }
        }
        #expect(code([]) == .emptySequence)
        #expect(code([Int32](repeating: 1, count: SyntheticBert.positions + 1)) == .sequenceTooLong)
        #expect(code([3, Int32(SyntheticBert.vocabulary)]) == .unknownToken)
        #expect(code([-1]) == .unknownToken)
        #expect(code([.max]) == .unknownToken)
        #expect(try model.embed([]).isEmpty)
        #expect(try model.embed([[1, 2]]).count == 1)
        let longest = [Int32](repeating: 1, count: SyntheticBert.positions)
        #expect(try model.embed([longest])[0].allSatisfy { $0.isFinite })
    }

    @Test func aSmallCallKeepsItsMemory() throws {
        var generator = SeededGenerator()
        let model = try EmbeddingModel(SyntheticBert(&generator).file(in: TemporaryFolder()))
        #expect(model.keptByteCount == 0)
        _ = try model.embed([[1, 2, 3]])
        #expect((1...EncoderScratch.keptLimit).contains(model.keptByteCount))
    }

    @Test func onlySmallMemoryIsKept() throws {
        var scratch = EncoderScratch()
        try scratch.hidden.reshape(rows: 64, columns: 384)
        scratch.trim()
        #expect(scratch.byteCount == 64 * 384 * 4)
        try scratch.inner.reshape(rows: 1024, columns: 1536)
        scratch.trim()
        #expect(scratch.byteCount == 0)
    }

    @Test func callsFromSeveralThreadsTakeTurns() async throws {
        var generator = SeededGenerator()
        let model = try EmbeddingModel(SyntheticBert(&generator).file(in: TemporaryFolder()), threads: 2)
        let sequences = SyntheticBert.sequences(&generator, lengths: [20, 5])
        let expected = try model.embed(sequences)
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { try model.embed(sequences) } }
            for try await vectors in group { #expect(vectors == expected) }
        }
    }
}
