import CKernels
import Foundation
import Kernels
import TestSupport
import Testing

@Suite("Attention") struct AttentionTests {
    /// Attention by its formula, in double precision.
    private func exact(_ inputs: [Float], length: Int, heads: Int, size: Int) -> [Double] {
        let width = heads * size
        func input(_ i: Int, _ part: Int, _ h: Int, _ k: Int) -> Double {
            Double(inputs[i * 3 * width + part * width + h * size + k])
        }
        var out = [Double](repeating: 0, count: length * width)
        for h in 0..<heads {
            for i in 0..<length {
                let scores = (0..<length).map { j in
                    (0..<size).reduce(0) { $0 + input(i, 0, h, $1) * input(j, 1, h, $1) }
                        / Double(size).squareRoot()
                }
                let top = scores.max() ?? 0
                let weights = scores.map { exp($0 - top) }
                let total = weights.reduce(0, +)
                for k in 0..<size {
                    let sum = (0..<length).reduce(0) { $0 + weights[$1] * input($1, 2, h, k) }
                    out[i * width + h * size + k] = sum / total
                }
            }
        }
        return out
    }

    @Test(arguments: Machine.sets, [(1, 32), (2, 64), (3, 20), (2, 1), (1, 7), (1, 100)])
    func agreesWithTheFormula(set: InstructionSet, shape: (heads: Int, size: Int)) throws {
        var generator = SeededGenerator()
        let (heads, size) = shape
        let width = heads * size
        let arithmetic = Arithmetic(set, team: try #require(ThreadTeam(size: 2)))
        for lengths in [[1], [2, 8, 9], [16, 17, 1], [70]] {
            let total = lengths.reduce(0, +)
            let numbers = generator.numbers(total * 3 * width)
            var inputs = try ActivationMatrix(rows: total, columns: 3 * width)
            for row in 0..<total {
                inputs.setRow(row, to: Array(numbers[row * 3 * width..<(row + 1) * 3 * width]).span)
            }
            var sequences: [Range<Int>] = []
            for length in lengths {
                let first = sequences.last?.upperBound ?? 0
                sequences.append(first..<first + length)
            }
            var out = try ActivationMatrix(rows: total, columns: width)
            var scratch = ActivationMatrix()
            try arithmetic.attention(
                inputs, sequences: sequences, heads: heads, into: &out, scratch: &scratch)
            for range in sequences {
                let slice = Array(numbers[range.lowerBound * 3 * width..<range.upperBound * 3 * width])
                let expected = exact(slice, length: range.count, heads: heads, size: size)
                let found = range.flatMap { out.row($0) }
                let worst = zip(expected, found).map { abs($0 - Double($1)) }.max() ?? 0
                #expect(worst < 1e-5, "\(lengths) \(generator)")
            }
        }
    }
}
