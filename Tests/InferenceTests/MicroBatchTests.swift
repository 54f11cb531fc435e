import TestSupport
import Testing

@testable import Inference

@Suite("Micro-batches") struct MicroBatchTests {
    @Test(
        arguments: [
            ([], []), ([5], [0..<1]), ([300], [0..<1]), ([4, 6], [0..<2]), ([4, 7], [0..<1, 1..<2]),
            ([1, 300, 1, 1], [0..<1, 1..<2, 2..<4]), ([10, 10], [0..<1, 1..<2]),
        ] as [([Int], [Range<Int>])])
    func plansWholeSequences(lengths: [Int], batches: [Range<Int>]) {
        #expect(MicroBatches.plan(lengths, limit: 10) == batches)
    }

    @Test func everySequenceIsInOneBatchAndNoneIsTooLarge() {
        var generator = SeededGenerator()
        for _ in 0..<200 {
            let lengths = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                Int.random(in: 1...20, using: &generator)
            }
            let batches = MicroBatches.plan(lengths, limit: 16)
            #expect(batches.flatMap { Array($0) } == Array(lengths.indices), "\(generator)")
            for batch in batches {
                let tokens = lengths[batch].reduce(0, +)
                #expect(!batch.isEmpty && (tokens <= 16 || batch.count == 1), "\(generator)")
            }
        }
    }
}
