import FunctionTypes
import Inference
import LinuxSystem
import ModelFiles
import Tokenizers
import WorkerProtocol

/// A loaded embedding model and what turns texts into its input. All of its work blocks the calling thread.
final class EmbeddingService: Sendable {
    /// What one request gets.
    struct Answer: Sendable {
        /// One vector an input, each of the model's dimension, of length 1.
        var vectors: [[Float]]
        /// Tokens computed, over all inputs.
        var tokens: Int
        /// Inputs that were longer than the model takes, by position.
        var truncated: [Int]
        /// Time spent on tokens and on the model.
        var tokenizeNanoseconds: Int64
        var inferNanoseconds: Int64
    }

    let specification: WorkerSpecification
    /// How long opening the model and making its tables took.
    let loadMicroseconds: Int
    private let model: EmbeddingModel
    private let tokenizer: WordPieceTokenizer

    /// Maps the weights and builds the model's tables.
    ///
    /// - Throws: `SystemError`, or what is wrong with the file.
    init(model descriptor: consuming FileDescriptor, specification: WorkerSpecification) throws {
        let began = monotonicNanoseconds()
        let file = try GGUFFile(MappedFile(descriptor, population: .immediate))
        self.specification = specification
        tokenizer = try WordPieceTokenizer(file)
        model = try EmbeddingModel(file, threads: specification.threads)
        loadMicroseconds = Int((monotonicNanoseconds() - began) / 1000)
    }

    /// The number of values in a vector.
    var dimension: Int { model.dimension }

    /// Runs the model once, so that what only shows when it computes shows at deploy.
    func rehearse() throws {
        _ = try answer(.texts(["rehearsal"]), truncate: true)
    }

    /// Computes the vectors of all inputs as one batch.
    ///
    /// - Throws: ``HearthError`` `.invalidRequest` where an input is too long and may not be truncated, or
    ///   holds ids that
    ///   the model does not know; `.internalError` where the model yields no finite number.
    func answer(_ input: EmbeddingInput, truncate: Bool) throws(HearthError) -> Answer {
        let began = monotonicNanoseconds()
        let (sequences, truncated) = try sequences(input, truncate: truncate)
        let tokenized = monotonicNanoseconds()
        let vectors: [[Float]]
        do {
            vectors = try model.embed(sequences)
        } catch let error as InferenceError where error.code != .outOfResources {
            throw HearthError(.invalidRequest, "The model cannot take the input: \(error).")
        } catch {
            throw HearthError(
                .noCapacity, "The model could not compute: \(error).", remedy: "Send less at a time.",
                retryAfter: .seconds(1))
        }
        guard vectors.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
            throw HearthError(
                .internalError, "The model's answer holds numbers that are not finite.",
                remedy: "Check the model's weights; they may be damaged or quantised beyond use.")
        }
        return Answer(
            vectors: vectors, tokens: sequences.reduce(0) { $0 + $1.count }, truncated: truncated,
            tokenizeNanoseconds: tokenized - began, inferNanoseconds: monotonicNanoseconds() - tokenized)
    }

    private func sequences(
        _ input: EmbeddingInput, truncate: Bool
    ) throws(HearthError) -> (sequences: [[Int32]], truncated: [Int]) {
        var sequences: [[Int32]] = []
        var truncated: [Int] = []
        let limit = model.maximumTokens
        for position in 0..<input.count {
            var ids: [Int32]
            let total: Int
            switch input {
            case .texts(let texts):
                let encoding = tokenizer.encode(texts[position], maximumTokens: limit)
                ids = encoding.ids
                total = encoding.totalTokens
            case .tokens(let lists):
                ids = Array(lists[position].prefix(limit))
                total = lists[position].count
            }
            if total > limit {
                guard truncate else {
                    throw HearthError(
                        .invalidRequest,
                        "Input \(position) has \(total) tokens, and the model takes \(limit).",
                        remedy: "Shorten it, or leave out \"truncate\": false.")
                }
                truncated.append(position)
            }
            sequences.append(ids)
        }
        return (sequences, truncated)
    }
}
