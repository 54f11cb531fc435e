import Inference
import Kernels
import LinuxSystem
import ModelFiles

/// Whole models: one short sentence, and a batch.
struct EmbeddingBenchmark {
    let path: String

    static let header = "model       threads     input               median"

    func run() throws {
        let file = try GGUFFile(MappedFile(path: path, population: .immediate))
        for threads in [1, 2] {
            let model = try EmbeddingModel(file, threads: threads)
            let length = min(128, model.maximumTokens)
            for (count, tokens) in [(1, min(16, length)), (64, length)] {
                let sequences = (0..<count).map { sequence in
                    (0..<tokens).map { Int32((sequence * 101 + $0 * 37) % model.vocabularySize) }
                }
                let time = try Measurement { _ = try model.embed(sequences) }
                print(
                    padded(name, 12) + padded("\(threads)", 12) + padded("\(count) x \(tokens) tokens", 20)
                        + time.microseconds)
            }
        }
    }

    private var name: String { String((path.split(separator: "/").last ?? "").prefix(11)) }
}
