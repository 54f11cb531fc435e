import CKernels
import Foundation
import Kernels
import TestSupport
import Testing

@Suite("Row operations") struct RowOperationTests {
    @Test(arguments: Machine.sets)
    func geluHasItsRelativeAccuracy(set: InstructionSet) {
        let inputs = (-13_000...13_000).map { Float($0) / 1_000 } + [0, -0.0, 1e-30, -1e-30, 100, -100, -40]
        var found = inputs
        hearth_kernels_gelu(set.isa, &found, found.count)
        let wrong = zip(inputs, found).filter { x, y in
            let exact = Double(x) * 0.5 * erfc(-Double(x) / 2.0.squareRoot())
            return abs(Double(y) - exact) > 2e-6 * abs(exact) + 1e-36
        }
        #expect(wrong.map(\.0).isEmpty)
    }

    @Test(arguments: Machine.sets)
    func geluOfInfinityAndNaN(set: InstructionSet) {
        var values: [Float] = [.infinity, .nan, 1, .greatestFiniteMagnitude]
        hearth_kernels_gelu(set.isa, &values, values.count)
        #expect(values[0] == .infinity)
        #expect(values[1].isNaN)
        #expect(abs(values[2] - 0.8413447) < 1e-6)
        #expect(values[3] == .greatestFiniteMagnitude)
    }

    @Test(arguments: Machine.sets, Machine.edgeCounts)
    func softmaxSumsToOne(set: InstructionSet, count: Int) {
        var generator = SeededGenerator()
        let inputs = generator.numbers(count, scale: 10)
        var found = inputs
        hearth_kernels_softmax(set.isa, &found, count)
        let top = Double(inputs.max() ?? 0)
        let total = inputs.reduce(0) { $0 + exp(Double($1) - top) }
        for (x, y) in zip(inputs, found) {
            let exact = exp(Double(x) - top) / total
            #expect(abs(Double(y) - exact) <= 4e-6 * exact + 1e-37, "\(generator)")
        }
        #expect(abs(found.reduce(0, +) - 1) < 1e-5, "\(generator)")
    }

    @Test(arguments: Machine.sets)
    func softmaxOfExtremesDoesNotOverflow(set: InstructionSet) {
        var large: [Float] = [3e38, -3e38, 3e38, 0] + [Float](repeating: -1e30, count: 20)
        hearth_kernels_softmax(set.isa, &large, large.count)
        #expect(large[0] == 0.5 && large[2] == 0.5 && large[1] == 0 && large[23] == 0)
        for bad in [Float.nan, .infinity] {
            var values = [Float](repeating: 1, count: 21)
            values[19] = bad
            hearth_kernels_softmax(set.isa, &values, values.count)
            #expect(values.allSatisfy { $0.isNaN }, "a row with \(bad)")
        }
    }

    @Test(arguments: Machine.sets, Machine.edgeCounts)
    func layerNormHasMeanZeroAndVarianceOneBeforeItsGain(set: InstructionSet, count: Int) {
        var generator = SeededGenerator()
        let x = generator.numbers(count, scale: 3), residual = generator.numbers(count)
        let gain = generator.numbers(count), bias = generator.numbers(count)
        for usesResidual in [false, true] {
            let sums = usesResidual ? zip(x, residual).map { Double($0) + Double($1) } : x.map(Double.init)
            let mean = sums.reduce(0, +) / Double(count)
            let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
            var found = x
            residual.withUnsafeBufferPointer { residual in
                hearth_kernels_layer_norm(
                    set.isa, &found, usesResidual ? residual.baseAddress : nil, gain, bias, 1e-5, count)
            }
            for i in 0..<count {
                let exact =
                    (sums[i] - mean) / (variance + 1e-5).squareRoot() * Double(gain[i]) + Double(bias[i])
                #expect(abs(Double(found[i]) - exact) <= 2e-5 * max(1, abs(exact)), "\(generator)")
            }
        }
    }

    @Test(arguments: Machine.sets)
    func layerNormOfAConstantRowIsTheBias(set: InstructionSet) {
        var x = [Float](repeating: 0.5, count: 48)
        let gain = [Float](repeating: 2, count: 48), bias = (0..<48).map(Float.init)
        hearth_kernels_layer_norm(set.isa, &x, nil, gain, bias, 1e-12, 48)
        #expect(x == bias)
    }

    @Test(arguments: Machine.sets, Machine.edgeCounts)
    func addAddsAndLeavesTheRestAlone(set: InstructionSet, count: Int) {
        var generator = SeededGenerator()
        var x = generator.numbers(count + 16)
        let y = generator.numbers(count + 16)
        let expected = zip(x, y).enumerated().map { $0 < count ? $1.0 + $1.1 : $1.0 }
        hearth_kernels_add(set.isa, &x, y, count)
        #expect(x == expected, "\(generator)")
    }

    @Test(arguments: Machine.sets, [1, 5, 16, 33, 384])
    func meansAreTakenOverRows(set: InstructionSet, count: Int) {
        var generator = SeededGenerator()
        for rows in [1, 2, 13, 100] {
            let x = generator.numbers(rows * (count + 3))
            var mean = [Float](repeating: -99, count: count + 1)
            hearth_kernels_mean_rows(set.isa, x, count + 3, rows, count, &mean)
            for j in 0..<count {
                let column = (0..<rows).map { x[$0 * (count + 3) + j] }
                let exact = column.reduce(0.0) { $0 + Double($1) } / Double(rows)
                let magnitude = column.reduce(0) { $0 + abs($1) } / Float(rows)
                #expect(agrees(Float(exact), mean[j], terms: rows, magnitude: magnitude), "\(generator)")
            }
            #expect(mean[count] == -99)
        }
    }

    @Test(arguments: Machine.sets, Machine.edgeCounts)
    func aNormalizedVectorHasLengthOne(set: InstructionSet, count: Int) {
        var generator = SeededGenerator()
        let x = generator.numbers(count, scale: 100)
        var found = x
        hearth_kernels_normalize(set.isa, &found, count)
        let length = x.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        for i in 0..<count { #expect(abs(Double(found[i]) - Double(x[i]) / length) < 1e-5, "\(generator)") }
        var zeros = [Float](repeating: 0, count: count)
        hearth_kernels_normalize(set.isa, &zeros, count)
        #expect(zeros.allSatisfy { $0 == 0 })
    }
}
