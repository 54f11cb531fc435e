public import Kernels
public import ModelFiles
import Synchronization

/// A sentence encoder of the BERT family, opened from a GGUF file: token ids in, unit vectors out.
///
/// The weights are used where the file is mapped; nothing of it is copied.
public final class EmbeddingModel: Sendable {
    private let encoder: BertEncoder
    private let scratch: Mutex<EncoderScratch>

    /// The numbers in a vector.
    public let dimension: Int
    /// The most tokens that a sequence may have, the special ones included: the model's positions, or fewer
    /// where the key `hearth.max_sequence_length` says so.
    public let maximumTokens: Int
    /// The number of tokens that have an embedding: ids are below it.
    public let vocabularySize: Int

    /// Checks the sizes and every tensor of a model file, and starts `threads - 1` threads.
    ///
    /// The instruction set must be available on this processor, and there must be at least one thread.
    ///
    /// - Throws: `ModelFileError` where the file is not a usable model, ``InferenceError`` where memory or
    ///   threads are
    ///   short.
    public init(_ file: GGUFFile, instructionSet: InstructionSet = .best, threads: Int = 1) throws {
        let sizes = try BertHyperparameters(file)
        let weights = try BertWeights(file, sizes)
        guard let team = ThreadTeam(size: threads) else {
            throw InferenceError(
                .outOfResources, "cannot start \(threads) threads; lower the function's limit")
        }
        encoder = BertEncoder(
            sizes: sizes, weights: weights, arithmetic: Arithmetic(instructionSet, team: team))
        scratch = Mutex(EncoderScratch())
        dimension = sizes.width
        maximumTokens = sizes.maximumTokens
        vocabularySize = weights.tokens.rows
    }

    /// The vector of each sequence, of length 1, in the order of the sequences.
    ///
    /// A vector does not depend on the other sequences. The call blocks its thread until all are computed,
    /// and waits for other calls: do not make it on the cooperative pool.
    ///
    /// - Throws: ``InferenceError``.
    /// - Complexity: per sequence of n tokens, O(n) products with each matrix and O(n² · dimension) for
    ///   attention.
    ///   Memory for 256 tokens, or for the longest sequence where that is longer.
    public func embed(_ sequences: [[Int32]]) throws -> [[Float]] {
        for (index, sequence) in sequences.enumerated() { try check(sequence, index) }
        return try scratch.withLock { scratch in
            do {
                var vectors: [[Float]] = []
                for batch in MicroBatches.plan(sequences.map(\.count)) {
                    vectors += try encoder.encode(sequences[batch], in: &scratch)
                }
                scratch.trim()
                return vectors
            } catch {
                throw InferenceError(.outOfResources, "\(error)")
            }
        }
    }

    /// What the model keeps between calls besides the mapped weights, in bytes; most of it is touched only by
    /// calls that need it.
    var keptByteCount: Int { scratch.withLock { $0.byteCount } }

    private func check(_ sequence: [Int32], _ index: Int) throws(InferenceError) {
        guard !sequence.isEmpty else {
            throw InferenceError(.emptySequence, "sequence \(index) has no tokens")
        }
        guard sequence.count <= maximumTokens else {
            throw InferenceError(
                .sequenceTooLong,
                "sequence \(index) has \(sequence.count) tokens; the model takes \(maximumTokens)")
        }
        if let token = sequence.first(where: { $0 < 0 || Int($0) >= vocabularySize }) {
            throw InferenceError(
                .unknownToken,
                "sequence \(index) has the token \(token); the model's tokens are 0..<\(vocabularySize)")
        }
    }
}
